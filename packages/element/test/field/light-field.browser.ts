import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { PluralOtpElement } from '../../src/index.ts';
import { paste } from '../support/devices.ts';
import { awaitingOtp, createView, nextFrame, rejectedOtp, Step, withoutIsolates } from '../support/harness.ts';
import { findStep, mountHtml, removeMounted } from '../support/mount-html.ts';

const markup = `
  <label slot="label" for="bank-code">Code</label>
  <input slot="input" id="bank-code" type="text" inputmode="numeric" autocomplete="one-time-code" />`;

describe('the page’s own field', () => {
  afterEach(removeMounted);

  it('adopts the page’s markup: nodes, position, typed text, caret and focus are kept', async () => {
    const place = mountHtml(`<late-otp>${markup}</late-otp>`);
    const input = place.querySelector('input') as HTMLInputElement;
    const label = place.querySelector('label');
    input.focus();
    await sendKeys({ type: '4829' });
    input.setSelectionRange(2, 2);
    customElements.define('late-otp', class extends PluralOtpElement {});
    const step = new Step(place.querySelector('late-otp') as PluralOtpElement);
    await step.start();
    expect(step.input === input, 'same input').to.equal(true);
    expect(place.querySelector('label') === label, 'same label').to.equal(true);
    expect(input.value).to.equal('4829');
    expect(input.selectionStart).to.equal(2);
    expect(document.activeElement === input, 'focus').to.equal(true);
    expect([...step.element.children].map(({ slot }) => slot)).to.deep.equal(['label', 'input']);
    expect(label?.textContent).to.equal('Code');
  });

  it('adopts a label and an input without slot attributes', async () => {
    const place = mountHtml('<plural-otp><label>Code <b>here</b></label><input id="plain-code" /></plural-otp>');
    const step = findStep(place);
    await step.start();
    expect(step.input.id).to.equal('plain-code');
    expect(step.input.labels).to.have.length(1);
    expect(step.input.getBoundingClientRect().height).to.be.above(40);
  });

  for (const deeper of [
    '<label slot="label">Code <input value="48-29"></label>',
    '<p><label for="deep">Code</label> <input id="deep" value="4829"></p>',
    '<div slot="input"><input value="४८२९"></div>',
  ]) {
    it(`an input too deep to be slotted is left alone, and its value is taken over: ${deeper}`, async () => {
      const step = findStep(mountHtml(`<plural-otp><div slot="summary"><input value="7"></div>${deeper}</plural-otp>`));
      const submits = [...step.element.querySelectorAll('input')];
      await step.start();
      const shown = [...step.element.querySelectorAll('input')].filter((input) => input.checkVisibility());
      expect(shown.map(({ value }) => value)).to.deep.equal(['7', '4829']);
      for (const input of submits) expect(step.element.contains(input)).to.equal(true);
      expect(withoutIsolates(shown[1]?.labels?.[0]?.textContent)).to.equal('Enter the OTP from HDFC Bank');
    });
  }

  it('an input that is disabled until the script loads, or of type number, accepts a code', async () => {
    const step = findStep(
      mountHtml(`<plural-otp><label for="code">OTP</label><input id="code" type="number" disabled></plural-otp>`),
    );
    await step.start();
    await (await step.submit('०४8-29')).respond(rejectedOtp(1));
    expect(step.input.value).to.equal('04829');
    expect([step.input.selectionStart, step.input.selectionEnd], 'selected').to.deep.equal([0, 5]);
  });

  it('a label or hint without a field keeps its text, and describes the created field', async () => {
    const step = findStep(
      mountHtml('<plural-otp><label slot="label">OTP</label><p slot="hint">Sent by the bank.</p></plural-otp>'),
    );
    await step.start();
    expect(step.input.labels?.[0]?.textContent).to.equal('OTP');
    const described = step.input.getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(described)?.textContent).to.equal('Sent by the bank.');
  });

  it('adds no node to the page’s markup before the first error, and then describes the field with it', async () => {
    const step = findStep(mountHtml(`<plural-otp>${markup}</plural-otp>`));
    await step.start();
    expect(step.element.children).to.have.length(2);
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(step.element.children).to.have.length(3);
    expect(step.input.getAttribute('aria-describedby')).to.equal(step.element.querySelector('[slot=error]')?.id);
  });

  it('manual: the page’s own field stays visible, and only the start button starts the step', async () => {
    const step = findStep(mountHtml(`<plural-otp manual>${markup}</plural-otp>`));
    step.element.view = createView({ phase: 'ready' });
    await step.mount();
    await step.type('48');
    expect(step.input.getClientRects().length, 'in sight').to.equal(1);
    expect([step.findButton('start')?.classList.contains('primary'), step.findButton('submit')]).to.deep.equal([
      true,
      null,
    ]);
    expect(step.visibleText).to.contain('send you an OTP to confirm this payment');
    await step.press('Enter');
    expect(step.backend.calls).to.have.length(0);
    step.findButton('start')?.click();
    await (await step.backend.call(0)).respond(awaitingOtp());
    await step.element.updateComplete;
    expect([step.findButton('start'), step.input.value]).to.deep.equal([null, '48']);
    await step.submit('2913');
    expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
  });

  it('nodes that a framework removes are restored with the typed digits', async () => {
    const place = mountHtml();
    const step = new Step();
    await step.start(awaitingOtp(), place);
    await step.type('4829');
    step.element.textContent = '';
    await nextFrame();
    expect(step.input.value).to.equal('4829');
    expect(step.input.labels).to.have.length(1);
  });

  it('a clone gets ids of its own', async () => {
    const place = mountHtml('<plural-otp></plural-otp>');
    const step = findStep(place);
    await step.start();
    const copy = new Step(step.element.cloneNode(true) as typeof step.element);
    await copy.start(awaitingOtp(), place);
    expect(copy.input.id).not.to.equal(step.input.id);
    expect(copy.input.labels?.[0]?.parentElement === copy.element, 'own label').to.equal(true);
    expect(copy.input.getAttribute('aria-describedby')).to.equal(copy.element.querySelector('[slot=hint]')?.id);
    expect(place.querySelectorAll(`[id="${copy.input.getAttribute('aria-describedby')}"]`)).to.have.length(1);
  });

  it('converts digits pasted into an adopted field to ASCII', async () => {
    const step = findStep(mountHtml(`<plural-otp>${markup}</plural-otp>`));
    await step.start();
    await paste('٤٨٢ ٩١٣', step.input);
    expect(step.input.value).to.equal('482913');
  });
});
