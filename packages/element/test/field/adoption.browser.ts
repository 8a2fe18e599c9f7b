import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { PluralOtpElement } from '../../src/index.ts';
import { awaitingOtp, nextFrame, rejectedOtp, Step, waitUntil } from '../support/harness.ts';

const markups: [what: string, markup: string][] = [
  [
    'with slot attributes',
    `<label slot="label" for="code">OTP from your bank</label>
     <p slot="hint" id="hint">Your bank sends it.</p>
     <input slot="input" id="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="hint">
     <a href="https://acs.example/challenge" slot="nowhere">Your bank’s page</a>`,
  ],
  ['without slot attributes', '<label for="code">OTP from your bank</label><input id="code" inputmode="numeric">'],
];

describe('a page whose script loads late', () => {
  let page: HTMLIFrameElement;
  afterEach(() => page.remove());

  /** Opens a server-rendered page in a frame, without its script; `load` adds the script. */
  async function openPage(markup: string): Promise<{ input: HTMLInputElement; lost: string[]; load: () => void }> {
    page = document.createElement('iframe');
    page.style.cssText = 'inline-size: 480px; block-size: 560px; border: 0';
    page.srcdoc = `<!doctype html><html lang="en"><body><plural-otp>${markup}</plural-otp></body></html>`;
    document.body.append(page);
    await waitUntil(() => page.contentDocument?.querySelector('input'), 'the page');
    const within = page.contentDocument as Document;
    const input = within.querySelector('input') as HTMLInputElement;
    const lost: string[] = [];
    for (const type of ['blur', 'focusout']) input.addEventListener(type, () => lost.push(type));
    const load = (): void => {
      const script = within.createElement('script');
      script.type = 'module';
      script.src = new URL('../../src/index.ts', import.meta.url).href;
      within.head.append(script);
    };
    return { input, lost, load };
  }

  /** Types the first digit, before the script loads. */
  async function typeFirst(input: HTMLInputElement, key: string): Promise<void> {
    input.focus();
    // WebKit lost the first key of a page that had just opened, once, on a loaded machine.
    for (let tries = 0; input.value === '' && tries < 3; tries++) {
      await sendKeys({ press: key });
      await nextFrame();
    }
  }

  const isUpgraded = (): boolean => Boolean(page.contentWindow?.customElements.get('plural-otp'));

  for (const [what, markup] of markups) {
    it(`markup ${what}: typing during the upgrade loses no digit, caret or focus`, async function () {
      // Firefox lost a key once in some 170 upgrades, at the moment when it rebuilds the field's box.
      this.retries(1);
      const { input, lost, load } = await openPage(markup);
      const label = page.contentDocument?.querySelector('label');
      input.focus();
      for (const key of '482') await sendKeys({ press: key });
      load();
      let during = 0;
      while (!isUpgraded()) {
        await sendKeys({ press: '7' });
        await sendKeys({ press: 'Backspace' });
        during++;
      }
      expect(during, 'typed while the script loaded').to.be.above(0);
      for (const key of '91') await sendKeys({ press: key });
      await sendKeys({ press: '3' });
      expect(input.value).to.equal('482913');
      expect([input.selectionStart, input.selectionEnd]).to.deep.equal([6, 6]);
      expect(page.contentDocument?.activeElement === input, 'focus').to.equal(true);
      expect(lost).to.deep.equal([]);
      const host = page.contentDocument?.querySelector('plural-otp') as PluralOtpElement;
      expect(input.parentElement === host && label?.parentElement === host, 'not moved').to.equal(true);
      expect(input.assignedSlot?.name, 'in its slot').to.equal('input');
    });
  }

  it('a caret in the middle stays, and the next digit is inserted there', async () => {
    const { input, load } = await openPage(markups[0]?.[1] ?? '');
    input.focus();
    for (const key of '4813') await sendKeys({ press: key });
    input.setSelectionRange(2, 2);
    load();
    await waitUntil(isUpgraded, 'the upgrade');
    await nextFrame();
    await sendKeys({ press: '2' });
    await sendKeys({ press: '9' });
    expect([input.value, input.selectionStart]).to.deep.equal(['482913', 4]);
  });

  it('a code typed before the script loaded is submitted, in any script', async () => {
    const { input, load } = await openPage(markups[0]?.[1] ?? '');
    input.focus();
    input.value = '४८२ ९१३';
    load();
    await waitUntil(isUpgraded, 'the upgrade');
    expect(input.value, 'left as it was').to.equal('४८२ ९१३');
    const step = new Step(page.contentDocument?.querySelector('plural-otp') as PluralOtpElement);
    await step.start();
    input.focus();
    await step.press('Enter');
    expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
  });

  it('a declarative shadow root is replaced, not rendered twice, and the focus stays', async () => {
    const { input, lost, load } = await openPage(
      `<template shadowrootmode="open"><div class="step"><slot name="label"></slot><slot name="input"></slot></div></template>
       ${markups[0]?.[1]}`,
    );
    const host = page.contentDocument?.querySelector('plural-otp') as PluralOtpElement;
    expect(host.shadowRoot?.querySelectorAll('.step'), 'as the server wrote it').to.have.length(1);
    await typeFirst(input, '4');
    load();
    await waitUntil(isUpgraded, 'the upgrade');
    await waitUntil(() => host.shadowRoot?.querySelector('[part=base]'), 'ours');
    expect(host.shadowRoot?.querySelectorAll('.step')).to.have.length(1);
    await sendKeys({ press: '8' });
    expect([input.value, page.contentDocument?.activeElement === input, lost]).to.deep.equal(['48', true, []]);
  });

  it('the page’s own label, hint and attributes stay, and the error comes first in the description', async () => {
    const { input, load } = await openPage(markups[0]?.[1] ?? '');
    load();
    await waitUntil(isUpgraded, 'the upgrade');
    const step = new Step(page.contentDocument?.querySelector('plural-otp') as PluralOtpElement);
    await step.start(awaitingOtp());
    expect(input.getAttribute('aria-describedby')).to.equal('hint');
    expect(page.contentDocument?.getElementById('hint')?.textContent).to.equal('Your bank sends it.');
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    const error = step.element.querySelector('[slot=error]');
    expect(input.getAttribute('aria-describedby')).to.equal(`${error?.id} hint`);
    expect(step.errorText).to.contain('was not accepted');
  });
});
