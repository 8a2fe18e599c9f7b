// What a merchant writes, for each way to build a page: the same element with the same look.

/** Files to show for a look: `[{ name, text }]`. `files` is where the shop keeps the component, and its hashes. */
export function snippetOf(look, declarations, files) {
  const parts = { ...look, declarations, files };
  const write = { react, vue, svelte, angular }[look.snippet];
  if (!write) return [{ name: 'page.html', text: page(parts) }];
  const css = sheet(declarations);
  return [write(parts), ...(css ? [{ name: 'styles.css', text: css }] : [])];
}

const lines = (...all) =>
  all
    .flat()
    .filter((line) => line !== false && line !== '')
    .join('\n');
const indented = (text, by) => text.replace(/^(?=.)/gm, ' '.repeat(by));

function sheet(declarations) {
  if (declarations.length === 0) return '';
  return lines(
    'plural-otp {',
    declarations.map(([name, value]) => `  ${name}: ${value};`),
    '}',
  );
}

/** The attributes a look sets, as markup has them. */
function attributes({ lang, length, autosubmit, manual }) {
  return [
    'endpoint="/plural"',
    ...(lang ? [`lang="${lang}"`] : []),
    ...(length ? [`otp-length="${length}"`] : []),
    ...(autosubmit ? ['autosubmit'] : []),
    ...(manual ? ['manual'] : []),
  ];
}

function page(parts) {
  const { theme, lang, declarations, files } = parts;
  const own = (path) => path.replace('/assets', '');
  const pinned = (end) => files.more.filter(({ url }) => url.endsWith(end));
  const load = (start, { url, integrity }, end) =>
    lines(`<${start}="${own(url)}"`, `  integrity="${integrity}"`, `  crossorigin="anonymous"${end}`);
  const link = (file) => load('link rel="stylesheet" href', file, ' />');
  const script = (file) => load('script type="module" src', file, '></script>');
  const css = sheet(declarations);
  return lines(
    link(files.styles),
    theme && pinned(`/themes/${theme}.css`).map(link),
    css && ['<style>', indented(css, 2), '</style>'],
    script(files.element),
    lang && pinned(`/locales/${lang}.js`).map(script),
    `\n<plural-otp ${attributes(parts).join(' ')}></plural-otp>\n`,
    `<script type="module">
  const step = document.querySelector('plural-otp');
  step.addEventListener('plural-otp-authorized', ({ detail }) => {
    location.assign(\`/thank-you?reference=\${detail.reference}\`);
  });
  // Your backend calls startPayment, and answers with its \`client\`.
  const answer = await fetch('/checkout/payment', { method: 'POST' });
  const { session, view } = await answer.json();
  Object.assign(step, { view, session });
</script>`,
  );
}

/** The entry of a framework brings the element with it, and its types for templates. */
function imports({ theme, lang, snippet }) {
  return lines(
    `import '@plural-otp/element/${snippet}';`,
    `import '@plural-otp/element/plural-otp.css';`,
    theme && `import '@plural-otp/element/themes/${theme}.css';`,
    lang && `import '@plural-otp/element/locales/${lang}.js';`,
    `import type { PaymentView } from '@plural-otp/flow';`,
  );
}

function tag(parts, bound, by, end = '></plural-otp>') {
  const all = [...attributes(parts), ...bound];
  return indented(
    lines(
      '<plural-otp',
      all.map((attribute) => `  ${attribute}`),
    ) + (end === ' />' ? '\n/>' : `\n${end}`),
    by,
  );
}

function react(parts) {
  const bound = [
    ...(parts.length ? [`otp-length={${parts.length}}`] : []),
    'session={session}',
    'view={view}',
    'onplural-otp-authorized={(event) => onPaid(event.detail.reference)}',
  ];
  const text = `${imports(parts)}

interface BankCodeProps {
  /** Both from your backend, which called startPayment. */
  session: string;
  view: PaymentView;
  onPaid(reference: string | undefined): void;
}

export function BankCode({ session, view, onPaid }: BankCodeProps) {
  return (
${tag({ ...parts, length: '' }, bound, 4, ' />')}
  );
}`;
  return { name: 'BankCode.tsx', text };
}

function vue(parts) {
  const bound = [
    ...(parts.length ? [`:otpLength="${parts.length}"`] : []),
    ':session="session"',
    ':view="view"',
    `@plural-otp-authorized="emit('paid', $event.detail.reference)"`,
  ];
  const text = `<script setup lang="ts">
${imports(parts)}

/** Both from your backend, which called startPayment. */
defineProps<{ session: string; view: PaymentView }>();
const emit = defineEmits<{ paid: [reference: string | undefined] }>();
</script>

<!-- In vite.config: vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'plural-otp' } } }) -->
<template>
${tag({ ...parts, length: '' }, bound, 2, ' />')}
</template>`;
  return { name: 'BankCode.vue', text };
}

function svelte(parts) {
  const bound = [
    ...(parts.length ? [`otpLength={${parts.length}}`] : []),
    '{session}',
    '{view}',
    'onplural-otp-authorized={(event) => onpaid(event.detail.reference)}',
  ];
  const text = `<script lang="ts">
${indented(imports(parts), 2)}

  interface Props {
    /** Both from your backend, which called startPayment. */
    session: string;
    view: PaymentView;
    onpaid(reference: string | undefined): void;
  }
  let { session, view, onpaid }: Props = $props();
</script>

${tag({ ...parts, length: '' }, bound, 0)}`;
  return { name: 'BankCode.svelte', text };
}

function angular(parts) {
  const { theme, lang } = parts;
  const bound = [
    '[session]="session()"',
    '[view]="view()"',
    '(plural-otp-authorized)="paid.emit($event.detail.reference)"',
  ];
  const styles = ['plural-otp.css', ...(theme ? [`themes/${theme}.css`] : [])];
  const text = lines(
    `import { Component, CUSTOM_ELEMENTS_SCHEMA, input, output } from '@angular/core';`,
    `import '@plural-otp/element';`,
    lang && `import '@plural-otp/element/locales/${lang}.js';`,
    `import type { PaymentView } from '@plural-otp/flow';
`,
    `// In angular.json, "styles": ${JSON.stringify(styles.map((name) => `@plural-otp/element/${name}`))}`,
    `@Component({
  selector: 'app-bank-code',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: \`
${tag(parts, bound, 4)}
  \`,
})
export class BankCode {
  /** Both from your backend, which called startPayment. */
  readonly session = input.required<string>();
  readonly view = input.required<PaymentView>();
  readonly paid = output<string | undefined>();
}`,
  );
  return { name: 'bank-code.ts', text };
}
