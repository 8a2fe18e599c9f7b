import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { PluralOtpElement } from '../src/index.ts';
import { pressChord, paste } from './support/devices.ts';
import { awaitingOtp, nextFrame, rejectedOtp, Step, createView } from './support/harness.ts';

const markup = `
  <label slot="label" for="bank-code">Code</label>
  <input slot="input" id="bank-code" type="text" inputmode="numeric" autocomplete="one-time-code" />`;

describe('on a page', () => {
  const gone: Element[] = [];
  const stage = (html = ''): HTMLElement => {
    const place = document.createElement('div');
    place.innerHTML = html;
    document.body.append(place);
    gone.push(place);
    return place;
  };
  const stepIn = (place: ParentNode): Step => new Step(place.querySelector('plural-otp') ?? undefined);
  afterEach(() => {
    for (const node of gone.splice(0)) node.remove();
  });

  it('adopts the markup the page sent: same nodes, same place, typed text, caret and focus kept', async () => {
    const place = stage(`<late-otp>${markup}</late-otp>`);
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

  it('adopts plain label and input without slot attributes', async () => {
    const place = stage('<plural-otp><label>Code <b>here</b></label><input id="plain-code" /></plural-otp>');
    const step = stepIn(place);
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
    it(`a field too deep to be slotted is left alone, and what was typed there is taken over: ${deeper}`, async () => {
      const step = stepIn(stage(`<plural-otp><div slot="summary"><input value="7"></div>${deeper}</plural-otp>`));
      const sent = [...step.element.querySelectorAll('input')];
      await step.start();
      const shown = [...step.element.querySelectorAll('input')].filter((input) => input.checkVisibility());
      expect(shown.map(({ value }) => value)).to.deep.equal(['7', '4829']);
      for (const input of sent) expect(step.element.contains(input)).to.equal(true);
      expect(shown[1]?.labels?.[0]?.textContent).to.equal('Code from your bank');
    });
  }

  it('a field the page kept from typing until the script came, or made a number of, takes a code', async () => {
    const step = stepIn(
      stage(`<plural-otp><label for="code">OTP</label><input id="code" type="number" disabled></plural-otp>`),
    );
    await step.start();
    await (await step.submit('०४8-29')).respond(rejectedOtp(1));
    expect(step.input.value).to.equal('04829');
    expect([step.input.selectionStart, step.input.selectionEnd], 'selected').to.deep.equal([0, 5]);
  });

  it('a label or hint without a field keeps the page’s words, and names the field that is made', async () => {
    const step = stepIn(
      stage('<plural-otp><label slot="label">OTP</label><p slot="hint">Sent by the bank.</p></plural-otp>'),
    );
    await step.start();
    expect(step.input.labels?.[0]?.textContent).to.equal('OTP');
    const described = step.input.getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(described)?.textContent).to.equal('Sent by the bank.');
  });

  it('adds no node to the page’s markup before the first error, and then describes the field with it', async () => {
    const step = stepIn(stage(`<plural-otp>${markup}</plural-otp>`));
    await step.start();
    expect(step.element.children).to.have.length(2);
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(step.element.children).to.have.length(3);
    expect(step.input.getAttribute('aria-describedby')).to.equal(step.element.querySelector('[slot=error]')?.id);
  });

  it('manual: the page’s own field stays in sight, and its step waits for the one button that begins', async () => {
    const step = stepIn(stage(`<plural-otp manual>${markup}</plural-otp>`));
    step.element.view = createView({ phase: 'ready' });
    await step.mount();
    await step.type('48');
    expect(step.input.getClientRects().length, 'in sight').to.equal(1);
    expect([step.findButton('start')?.classList.contains('primary'), step.findButton('submit')]).to.deep.equal([
      true,
      null,
    ]);
    expect(step.visibleText).to.contain('confirms this payment with a code');
    await step.press('Enter');
    expect(step.backend.calls).to.have.length(0);
    step.findButton('start')?.click();
    await (await step.backend.call(0)).respond(awaitingOtp());
    await step.element.updateComplete;
    expect([step.findButton('start'), step.input.value]).to.deep.equal([null, '48']);
    await step.submit('2913');
    expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
  });

  it('nodes that a framework throws away come back with what was typed', async () => {
    const place = stage();
    const step = new Step();
    await step.start(awaitingOtp(), place);
    await step.type('4829');
    step.element.textContent = '';
    await nextFrame();
    expect(step.input.value).to.equal('4829');
    expect(step.input.labels).to.have.length(1);
  });

  it('inside a merchant’s form: Enter and buttons leave the form alone, and it neither lists, sends nor resets the code', async () => {
    const place = stage('<form><input name="note" value="x" /><plural-otp></plural-otp><button>Buy</button></form>');
    const form = place.querySelector('form') as HTMLFormElement;
    let sent = 0;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      sent++;
    });
    const step = stepIn(place);
    await step.start();
    await step.submit('482913');
    step.findButton('cancel')?.click();
    expect(sent).to.equal(0);
    expect([...form.elements].includes(step.input)).to.equal(false);
    expect([...new FormData(form).keys()]).to.deep.equal(['note']);
    form.reset();
    expect(step.input.value).to.equal('482913');
  });

  it('two steps on one page: ids of their own, and each Enter submits its own', async () => {
    const place = stage('<plural-otp></plural-otp><plural-otp></plural-otp>');
    const [first, second] = [...place.querySelectorAll('plural-otp')].map((element) => new Step(element)) as [
      Step,
      Step,
    ];
    await first.start();
    await second.start();
    expect(first.input.id).not.to.equal(second.input.id);
    await second.submit('482913');
    expect(first.backend.count('submit')).to.equal(0);
    expect(second.backend.count('submit')).to.equal(1);
    const ids = [...place.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('a clone brings ids that are taken, and gets its own', async () => {
    const place = stage('<plural-otp></plural-otp>');
    const step = stepIn(place);
    await step.start();
    const copy = new Step(step.element.cloneNode(true) as typeof step.element);
    await copy.start(awaitingOtp(), place);
    expect(copy.input.id).not.to.equal(step.input.id);
    expect(copy.input.labels?.[0]?.parentElement === copy.element, 'own label').to.equal(true);
    expect(copy.input.getAttribute('aria-describedby')).to.equal(copy.element.querySelector('[slot=hint]')?.id);
    expect(place.querySelectorAll(`[id="${copy.input.getAttribute('aria-describedby')}"]`)).to.have.length(1);
  });

  it('moved: the same step goes on, with its text, and asks for nothing again', async () => {
    const place = stage('<plural-otp></plural-otp><section></section>');
    const step = stepIn(place);
    await step.start();
    await step.type('4829');
    const { length } = step.backend.calls;
    place.querySelector('section')?.append(step.element);
    await nextFrame();
    expect(step.input.value).to.equal('4829');
    expect(step.backend.calls).to.have.length(length);
    await step.submit('13');
    expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
    await step.press('Enter');
    expect(step.backend.count('submit')).to.equal(1);
  });

  it('removed: asks nothing more; put back: asks where the payment stands, and keeps the text', async () => {
    const place = stage('<plural-otp></plural-otp>');
    const step = stepIn(place);
    await step.start(createView({ phase: 'awaitingOtp', next: ['submit', 'resend'] }));
    await step.type('4829');
    const { length } = step.backend.calls;
    step.element.remove();
    await nextFrame();
    dispatchEvent(new Event('offline'));
    dispatchEvent(new Event('online'));
    expect(step.backend.calls).to.have.length(length);
    place.append(step.element);
    const again = await step.backend.call(length);
    expect(again.name).to.equal('payment');
    await again.respond(awaitingOtp());
    expect(step.input.value).to.equal('4829');
    await step.submit('13');
    expect(step.backend.count('generate')).to.equal(0);
    expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
  });

  it('inside another shadow root: label, description and focus hold', async () => {
    const host = stage();
    const root = host.attachShadow({ mode: 'open' });
    const step = new Step();
    await step.start(awaitingOtp(), root);
    expect(step.input.labels?.[0]?.textContent).to.equal('Code from your bank');
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(root.activeElement === step.input, 'focus').to.equal(true);
    for (const id of (step.input.getAttribute('aria-describedby') ?? '').split(' ')) {
      expect(root.getElementById(id)?.parentElement === step.element, id).to.equal(true);
    }
  });

  it('by keyboard alone: from the page through field, button, bank link, resend and cancel, and on', async () => {
    const place = stage(
      '<button id="before">Before</button><plural-otp></plural-otp><button id="after">After</button>',
    );
    const step = stepIn(place);
    await step.start();
    place.querySelector<HTMLElement>('#before')?.focus();
    // What a control does is the second of its parts; the rest is how it looks.
    const control = (): string | undefined => step.root.activeElement?.getAttribute('part')?.split(' ')[1];
    const visited: (string | undefined)[] = [];
    for (let at = 0; at < 6; at++) {
      await sendKeys({ press: 'Tab' });
      const active = document.activeElement as HTMLElement;
      visited.push(active === step.element ? control() : active.id || active.tagName);
    }
    expect(visited).to.deep.equal([step.input.id, 'submit', 'bank', 'resend', 'cancel', 'after']);
    await pressChord('Shift', 'Tab');
    expect(control()).to.equal('cancel');
  });

  it('a click on the label focuses the field', async () => {
    const step = stepIn(stage('<plural-otp></plural-otp>'));
    await step.start();
    step.element.querySelector('label')?.click();
    expect(document.activeElement === step.input, 'focus').to.equal(true);
  });

  it('focus() goes to the field', async () => {
    const step = stepIn(stage('<plural-otp></plural-otp>'));
    await step.start();
    step.element.focus();
    expect(document.activeElement === step.input, 'focus').to.equal(true);
  });

  it('no answer takes the focus out of another part of the page', async () => {
    const place = stage('<input id="elsewhere" /><plural-otp></plural-otp>');
    const step = stepIn(place);
    await step.start();
    const submit = await step.submit('111111');
    const elsewhere = place.querySelector<HTMLElement>('#elsewhere');
    elsewhere?.focus();
    await submit.respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(document.activeElement === elsewhere, 'focus').to.equal(true);
  });

  it('keeps ASCII digits pasted into an adopted field as well', async () => {
    const step = stepIn(stage(`<plural-otp>${markup}</plural-otp>`));
    await step.start();
    await paste('٤٨٢ ٩١٣', step.input);
    expect(step.input.value).to.equal('482913');
  });
});
