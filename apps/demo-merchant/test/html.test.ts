import { expect, test } from 'vitest';
import { dataBlock, html } from '../src/html.ts';

test('strings are escaped, in content and in attribute values', () => {
  const text = `<b title="x">'&'</b>`;
  expect(html`<p title="${text}">${text}</p>`.markup).toBe(
    '<p title="&lt;b title=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;">&lt;b title=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;</p>',
  );
});

test('markup and lists of markup are inserted unchanged, and absent values are omitted', () => {
  const items = [html`<li>${1}</li>`, html`<li>${2}</li>`];
  expect(html`${items}${items[0]}${false}${undefined}${null}`.markup).toBe('<li>1</li><li>2</li><li>1</li>');
});

test('data for a script cannot close its element', () => {
  const data = { text: '</script><script>alert(1)</script><!--' };
  const { markup } = dataBlock('data', data);
  const content = markup.slice(markup.indexOf('>') + 1, markup.lastIndexOf('</script>'));
  expect(content).not.toContain('<');
  expect(JSON.parse(content)).toEqual(data);
});
