// Generates the code that a merchant writes for the playground's settings, for a plain page and four frameworks.

/**
 * Returns the files to show for some settings, `[{ name, text }]`. `files` are the URLs and integrity hashes of the
 * component's files.
 */
export function createSnippets(settings, declarations, files) {
  const options = { ...settings, declarations, files };
  const createComponent = { react, vue, svelte, angular }[settings.snippet];
  if (!createComponent) return [{ name: 'page.html', text: page(options) }];
  const css = styleRule(declarations);
  return [createComponent(options), ...(css ? [{ name: 'styles.css', text: css }] : [])];
}

const lines = (...all) =>
  all
    .flat()
    .filter((line) => line !== false && line !== '')
    .join('\n');
const indent = (text, by) => text.replace(/^(?=.)/gm, ' '.repeat(by));

/** Returns the declarations as a style sheet; empty if there are none. */
export function styleRule(declarations) {
  if (declarations.length === 0) return '';
  return lines(
    'plural-otp {',
    declarations.map(([name, value]) => `  ${name}: ${value};`),
    '}',
  );
}

/** Returns the attributes for the settings, written as in markup. */
function attributes({ lang, length, autosubmit, manual }) {
  return [
    'endpoint="/plural"',
    ...(lang ? [`lang="${lang}"`] : []),
    ...(length ? [`otp-length="${length}"`] : []),
    ...(autosubmit ? ['autosubmit'] : []),
    ...(manual ? ['manual'] : []),
  ];
}

function page(options) {
  const { theme, lang, declarations, files } = options;
  const pinned = (wanted) => files.more.filter(({ name }) => name === wanted);
  const load = (start, { name, integrity }, end) =>
    lines(`<${start}="/${name}"`, `  integrity="${integrity}"`, `  crossorigin="anonymous"${end}`);
  const link = (file) => load('link rel="stylesheet" href', file, ' />');
  const script = (file) => load('script type="module" src', file, '></script>');
  const css = styleRule(declarations);
  return lines(
    link(files.styles),
    theme && pinned(`themes/${theme}.css`).map(link),
    css && ['<style>', indent(css, 2), '</style>'],
    script(files.element),
    lang && pinned(`locales/${lang}.js`).map(script),
    `\n<plural-otp ${attributes(options).join(' ')}></plural-otp>\n`,
    `<script type="module">
  const step = document.querySelector('plural-otp');
  step.addEventListener('plural-otp-authorized', ({ detail }) => {
    location.assign(\`/thank-you?reference=\${detail.reference}\`);
  });
  // Your backend calls startPayment and returns its \`client\`.
  const response = await fetch('/checkout/payment', { method: 'POST' });
  const { session, view } = await response.json();
  Object.assign(step, { view, session });
</script>`,
  );
}

/** Returns the import statements; a framework's entry point registers the element and declares its template types. */
function imports({ theme, lang, snippet }) {
  return lines(
    `import '@plural-otp/element/${snippet}';`,
    `import '@plural-otp/element/plural-otp.css';`,
    theme && `import '@plural-otp/element/themes/${theme}.css';`,
    lang && `import '@plural-otp/element/locales/${lang}.js';`,
    `import type { PaymentView } from '@plural-otp/flow';`,
  );
}

function tag(options, bound, by, end = '></plural-otp>') {
  const all = [...attributes(options), ...bound];
  return indent(
    lines(
      '<plural-otp',
      all.map((attribute) => `  ${attribute}`),
    ) + (end === ' />' ? '\n/>' : `\n${end}`),
    by,
  );
}

function react(options) {
  const bound = [
    ...(options.length ? [`otp-length={${options.length}}`] : []),
    'session={session}',
    'view={view}',
    'onplural-otp-authorized={(event) => onPaid(event.detail.reference)}',
  ];
  const text = `${imports(options)}

interface BankCodeProps {
  /** Both from your backend, which called startPayment. */
  session: string;
  view: PaymentView;
  onPaid(reference: string | undefined): void;
}

export function BankCode({ session, view, onPaid }: BankCodeProps) {
  return (
${tag({ ...options, length: '' }, bound, 4, ' />')}
  );
}`;
  return { name: 'BankCode.tsx', text };
}

function vue(options) {
  const bound = [
    ...(options.length ? [`:otpLength="${options.length}"`] : []),
    ':session="session"',
    ':view="view"',
    `@plural-otp-authorized="emit('paid', $event.detail.reference)"`,
  ];
  const text = `<script setup lang="ts">
${imports(options)}

/** Both from your backend, which called startPayment. */
defineProps<{ session: string; view: PaymentView }>();
const emit = defineEmits<{ paid: [reference: string | undefined] }>();
</script>

<!-- In vite.config: vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'plural-otp' } } }) -->
<template>
${tag({ ...options, length: '' }, bound, 2, ' />')}
</template>`;
  return { name: 'BankCode.vue', text };
}

function svelte(options) {
  const bound = [
    ...(options.length ? [`otpLength={${options.length}}`] : []),
    '{session}',
    '{view}',
    'onplural-otp-authorized={(event) => onpaid(event.detail.reference)}',
  ];
  const text = `<script lang="ts">
${indent(imports(options), 2)}

  interface Props {
    /** Both from your backend, which called startPayment. */
    session: string;
    view: PaymentView;
    onpaid(reference: string | undefined): void;
  }
  let { session, view, onpaid }: Props = $props();
</script>

${tag({ ...options, length: '' }, bound, 0)}`;
  return { name: 'BankCode.svelte', text };
}

function angular(options) {
  const { theme, lang } = options;
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
${tag(options, bound, 4)}
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
