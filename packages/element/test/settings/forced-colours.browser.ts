import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { getBackdrop, contrastRatio, getPaintedColour, getTextContrast } from '../support/colours.ts';
import { emulateMedia } from '../support/devices.ts';
import type { Step } from '../support/harness.ts';
import { renderScene, findScene } from '../support/render-scene.ts';

describe('forced colours', () => {
  let step: Step | undefined;
  before(async () => {
    // Firefox was launched with this setting; WebKitGTK has no forced colours.
    await emulateMedia([{ name: 'forced-colors', value: 'active' }]);
    expect(matchMedia('(forced-colors: active)').matches, 'forced colours').to.equal(true);
  });
  afterEach(() => step?.element.remove());
  const getStyle = (selector: string): CSSStyleDeclaration => getComputedStyle((step as Step).query(selector));

  it('the cells keep their borders, and no backplate cuts the code', async () => {
    step = await renderScene(findScene('awaiting, six cells'));
    expect([getStyle('i').borderTopStyle, getStyle('i').borderTopWidth]).to.deep.equal(['solid', '1px']);
    expect(
      contrastRatio(
        getPaintedColour(getStyle('i').borderTopColor, step.query('.field')),
        getBackdrop(step.query('.field')),
      ),
    ).to.be.above(3);
    expect(getComputedStyle(step.input).forcedColorAdjust).to.equal('none');
    expect(getTextContrast(step.input)).to.be.at.least(4.5);
  });

  it('the plain field keeps its border', async () => {
    step = await renderScene(findScene('awaiting'));
    const { borderTopStyle, borderTopWidth } = getComputedStyle(step.input);
    expect([borderTopStyle, borderTopWidth]).to.deep.equal(['solid', '1px']);
  });

  it('the primary button stands out by its border, not by its colour', async () => {
    step = await renderScene(findScene('awaiting'));
    expect([getStyle('.primary').borderTopStyle, getStyle('.primary').borderTopWidth]).to.deep.equal(['solid', '3px']);
  });

  it('the focus ring is visible on the field, the cells and each button', async () => {
    for (const name of ['awaiting', 'second miss, six cells']) {
      step = await renderScene(findScene(name));
      const before = document.createElement('button');
      step.element.before(before);
      before.focus();
      await sendKeys({ press: 'Tab' });
      const outlined = name === 'awaiting' ? step.input : step.query('i.at');
      expect([getComputedStyle(outlined).outlineStyle, name]).to.deep.equal(['solid', name]);
      await sendKeys({ press: 'Tab' });
      const focused = step.root.activeElement as Element;
      expect([focused.tagName, getComputedStyle(focused).outlineStyle]).to.deep.equal(['BUTTON', 'solid']);
      before.remove();
      step.element.remove();
    }
  });

  it('an error is marked by text and a thicker border, a state by text and an icon', async () => {
    step = await renderScene(findScene('second miss, six cells'));
    const failed = await renderScene(findScene('failed'));
    const icon = getComputedStyle(failed.query('.panel svg'));
    expect([icon.borderTopStyle, icon.borderTopWidth]).to.deep.equal(['solid', '2px']);
    expect(
      contrastRatio(getPaintedColour(icon.stroke, failed.query('.panel')), getBackdrop(failed.query('.panel'))),
    ).to.be.above(3);
    failed.element.remove();
    expect(step.errorText).to.contain('may block your card');
    expect([getStyle('i').borderTopStyle, getStyle('i').borderTopWidth]).to.deep.equal(['solid', '2px']);
  });

  for (const name of ['awaiting, six cells', 'second miss, six cells', 'unresolved', 'failed', 'expired']) {
    it(`all text has at least 4.5:1 (${name})`, async () => {
      step = await renderScene(findScene(name));
      const light = [...step.element.querySelectorAll('*')].filter((node) => node.getClientRects().length);
      for (const node of [...step.root.querySelectorAll('p, h2, button, a, code'), ...light]) {
        expect(getTextContrast(node), node.textContent?.trim()).to.be.at.least(4.5);
      }
    });
  }

  for (const theme of ['calm', 'warm', 'stark']) {
    it(`under the ${theme} theme all text has at least 4.5:1, and field and buttons keep their borders`, async () => {
      const style = document.createElement('style');
      style.textContent = await (await fetch(new URL(`../../themes/${theme}.css`, import.meta.url))).text();
      document.head.append(style);
      step = await renderScene(findScene('second miss, six cells'));
      const light = [...step.element.querySelectorAll('*')].filter((node) => node.getClientRects().length);
      for (const node of [...step.root.querySelectorAll('p, h2, button, a, code'), ...light]) {
        expect(getTextContrast(node), node.textContent?.trim()).to.be.at.least(4.5);
      }
      for (const selector of ['i', '.large', '.primary']) {
        const { borderTopStyle, borderTopColor } = getStyle(selector);
        const around = step.query(selector).parentElement as Element;
        expect([borderTopStyle, selector]).to.deep.equal(['solid', selector]);
        expect(contrastRatio(getPaintedColour(borderTopColor, around), getBackdrop(around)), selector).to.be.at.least(
          3,
        );
      }
      style.remove();
    });
  }
});
