// Generates the code that a merchant writes for the playground's settings, for a plain page and six frameworks.
//
// Each of them starts the payment on a press of Pay, with an id that the cart keeps, and sets the property `client`: what
// starts on load or with a new id would be another payment after a reload, and a session in the markup is in the page's source.

/**
 * Returns the files to show for some settings, `[{ name, text }]`. `files` are the URLs and integrity hashes of the
 * component's files.
 */
export function createSnippets(settings, declarations, files) {
  const options = { ...settings, declarations, files };
  const createComponent = { react, preact, vue, svelte, solid, angular }[settings.snippet];
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

/** Returns what a press of Pay does; `show` takes the response of the backend. */
const start = (show) => `// One id per cart: a reload, Back or a second press is the same payment.
const cart = (sessionStorage.cart ??= crypto.randomUUID());
const headers = { 'content-type': 'application/json' };
// A route of your backend that calls startPayment and returns its \`client\`.
const response = await fetch('/pay', { method: 'POST', headers, body: JSON.stringify({ cart }) });
${show}`;

const finish = `delete sessionStorage.cart; // the next cart is another order
location.assign(\`/thank-you?reference=\${detail.reference}\`);`;

/** Returns the two functions of a component. */
function handlers(show) {
  return `async function pay() {
${indent(start(`if (response.ok) ${show}`), 2)}
}

function paid({ detail }: PluralOtpAuthorizedEvent) {
${indent(finish, 2)}
}`;
}

function page(options) {
  const { theme, lang, declarations, files } = options;
  const pinned = (wanted) => files.more.filter(({ name }) => name === wanted);
  const load = (start, { name, integrity }, end) =>
    lines(`<${start}="/${name}"`, `  integrity="${integrity}"`, `  crossorigin="anonymous"${end}`);
  const link = (file) => load('link rel="stylesheet" href', file, ' />');
  const script = (file) => load('script type="module" src', file, '></script>');
  const css = styleRule(declarations);
  const show = `if (!response.ok) return;
button.hidden = !(step.hidden = false);
step.client = await response.json();`;
  return lines(
    link(files.styles),
    theme && pinned(`themes/${theme}.css`).map(link),
    css && ['<style>', indent(css, 2), '</style>'],
    script(files.element),
    lang && pinned(`locales/${lang}.js`).map(script),
    `\n<button id="pay" type="button">Pay</button>`,
    `<plural-otp ${attributes(options).join(' ')} autofocus hidden></plural-otp>\n`,
    `<script type="module">
  const button = document.querySelector('#pay');
  const step = document.querySelector('plural-otp');
  button.addEventListener('click', async () => {
${indent(start(show), 4)}
  });
  step.addEventListener('plural-otp-authorized', ({ detail }) => {
${indent(finish, 4)}
  });
</script>`,
  );
}

/** Returns the import statements; a framework's entry point registers the element and declares its template types. */
function imports({ theme, lang, snippet }, name, ...more) {
  return lines(
    `import type { PluralOtpAuthorizedEvent } from '@plural-otp/element';`,
    `import ${name} from '@plural-otp/element/${snippet}';`,
    `import '@plural-otp/element/plural-otp.css';`,
    theme && `import '@plural-otp/element/themes/${theme}.css';`,
    lang && `import '@plural-otp/element/locales/${lang}.js';`,
    more,
  );
}

function tag(name, all, by, end = ' />') {
  const list = all.map((attribute) => `  ${attribute}`);
  return indent(lines(`<${name}`, list) + (end === ' />' ? '\n/>' : `\n${end}`), by);
}

/** Returns the attributes for a framework, `length` being how it binds the number of digits. */
function bind(options, length, ...bound) {
  return [...attributes({ ...options, length: '' }), ...(options.length ? [length] : []), ...bound];
}

const react = (options) => hooks(options, 'react');
const preact = (options) => hooks(options, 'preact/hooks');

function hooks(options, hooksModule) {
  const names = '{ PluralOtp, type PluralOtpComponentProps }';
  const bound = bind(
    options,
    `otpLength={${options.length}}`,
    'autoFocus',
    'hidden={!client}',
    'client={client}',
    'onAuthorized={paid}',
  );
  const text = `${imports(options, names, `import { useState } from '${hooksModule}';`)}

export function Checkout() {
  const [client, setClient] = useState<PluralOtpComponentProps['client']>();

${indent(handlers('setClient(await response.json());'), 2)}

  return (
    <>
      <button type="button" hidden={!!client} onClick={pay}>
        Pay
      </button>
${tag('PluralOtp', bound, 6)}
    </>
  );
}`;
  return { name: 'Checkout.tsx', text };
}

function solid(options) {
  const { autosubmit, manual, length } = options;
  const bound = bind(
    { ...options, autosubmit: '', manual: '' },
    `prop:otpLength={${length}}`,
    ...(autosubmit ? ['prop:autosubmit={true}'] : []),
    ...(manual ? ['prop:manual={true}'] : []),
    'autofocus',
    'hidden={!client()}',
    'prop:client={client()}',
    'on:plural-otp-authorized={paid}',
  );
  const text = `${imports(options, 'type { PluralOtpProps }', `import { createSignal } from 'solid-js';`)}

export function Checkout() {
  const [client, setClient] = createSignal<PluralOtpProps['prop:client']>();

${indent(handlers('setClient(await response.json());'), 2)}

  return (
    <>
      <button type="button" hidden={!!client()} onClick={pay}>
        Pay
      </button>
${tag('plural-otp', bound, 6)}
    </>
  );
}`;
  return { name: 'Checkout.tsx', text };
}

function vue(options) {
  const bound = bind(
    options,
    `:otpLength="${options.length}"`,
    'autofocus',
    ':hidden="!client"',
    ':client="client"',
    '@plural-otp-authorized="paid"',
  );
  const text = `<script setup lang="ts">
${imports(options, 'type { PluralOtpProps }', `import { shallowRef } from 'vue';`)}

const client = shallowRef<PluralOtpProps['client']>();

${handlers('client.value = await response.json();')}
</script>

<!-- In vite.config: vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'plural-otp' } } }) -->
<template>
  <button type="button" :hidden="!!client" @click="pay">Pay</button>
${tag('plural-otp', bound, 2)}
</template>`;
  return { name: 'Checkout.vue', text };
}

function svelte(options) {
  const bound = bind(
    options,
    `otpLength={${options.length}}`,
    'autofocus',
    'hidden={!client}',
    '{client}',
    'onplural-otp-authorized={paid}',
  );
  const text = `<script lang="ts">
${indent(imports(options, 'type { PluralOtpProps }'), 2)}

  let client = $state.raw<PluralOtpProps['client']>();

${indent(handlers('client = await response.json();'), 2)}
</script>

<button type="button" hidden={!!client} onclick={pay}>Pay</button>
<!-- svelte-ignore a11y_autofocus: the focus follows from Pay to the field -->
${tag('plural-otp', bound, 0, '></plural-otp>')}`;
  return { name: 'Checkout.svelte', text };
}

function angular(options) {
  const { theme, lang } = options;
  const bound = ['autofocus', '[hidden]="!client()"', '[client]="client()"', '(plural-otp-authorized)="paid($event)"'];
  const styles = ['plural-otp.css', ...(theme ? [`themes/${theme}.css`] : [])];
  const method = (name, text) => indent(text.replace(`function ${name}`, name), 2);
  const [pay, paid] = handlers('this.client.set(await response.json());').split('\n\n');
  const text = `${lines(
    `import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core';`,
    `import '@plural-otp/element';`,
    lang && `import '@plural-otp/element/locales/${lang}.js';`,
    `import type { PluralOtpAuthorizedEvent, PluralOtpElement } from '@plural-otp/element';`,
  )}

// In angular.json, "styles": ${JSON.stringify(styles.map((name) => `@plural-otp/element/${name}`))}
@Component({
  selector: 'app-checkout',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: \`
    <button type="button" [hidden]="!!client()" (click)="pay()">Pay</button>
${tag('plural-otp', [...attributes(options), ...bound], 4, '></plural-otp>')}
  \`,
})
export class Checkout {
  protected readonly client = signal<PluralOtpElement['client']>(undefined);

${method('pay', pay)}

${method('paid', paid)}
}`;
  return { name: 'checkout.ts', text };
}
