import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { PluralOtpElement } from '../src/index.ts';
import { pressChord, paste } from './support/devices.ts';
import { awaitingOtp, nextFrame, rejectedOtp, Step, createView } from './support/harness.ts';

const markup = `
  <label slot="label" for="bank-code">Code</label>
  <input slot="input" id="bank-code" type="text" inputmode="numeric" autocomplete="one-time-code" />`;

describe('on a page', () => {
  const removables: Element[] = [];
  const mountHtml = (html = ''): HTMLElement => {
    const place = document.createElement('div');
    place.innerHTML = html;
    document.body.append(place);
    removables.push(place);
    return place;
  };
  const findStep = (place: ParentNode): Step => new Step(place.querySelector('plural-otp') ?? undefined);
  afterEach(() => {
    for (const node of removables.splice(0)) node.remove();
  });

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
      expect(shown[1]?.labels?.[0]?.textContent).to.equal('Code from your bank');
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

  it('inside a form: Enter and buttons do not submit it, and it neither lists, sends nor resets the code', async () => {
    const place = mountHtml(
      '<form><input name="note" value="x" /><plural-otp></plural-otp><button>Buy</button></form>',
    );
    const form = place.querySelector('form') as HTMLFormElement;
    let submits = 0;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submits++;
    });
    const step = findStep(place);
    await step.start();
    await step.submit('482913');
    step.findButton('cancel')?.click();
    expect(submits).to.equal(0);
    expect([...form.elements].includes(step.input)).to.equal(false);
    expect([...new FormData(form).keys()]).to.deep.equal(['note']);
    form.reset();
    expect(step.input.value).to.equal('482913');
  });

  it('two steps on one page have unique ids, and each Enter submits its own code', async () => {
    const place = mountHtml('<plural-otp></plural-otp><plural-otp></plural-otp>');
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

  it('moving the step keeps the payment and the typed digits, and requests nothing', async () => {
    const place = mountHtml('<plural-otp></plural-otp><section></section>');
    const step = findStep(place);
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

  it('removing the step ends its requests; reinserting it polls the payment and keeps the typed digits', async () => {
    const place = mountHtml('<plural-otp></plural-otp>');
    const step = findStep(place);
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

  it('inside another shadow root, label, description and focus work', async () => {
    const host = mountHtml();
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

  it('Tab goes through field, button, bank link, resend and cancel, and on to the page', async () => {
    const place = mountHtml(
      '<button id="before">Before</button><plural-otp></plural-otp><button id="after">After</button>',
    );
    const step = findStep(place);
    await step.start();
    place.querySelector<HTMLElement>('#before')?.focus();
    // The second part name of a control is its action; the others are styles.
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
    const step = findStep(mountHtml('<plural-otp></plural-otp>'));
    await step.start();
    step.element.querySelector('label')?.click();
    expect(document.activeElement === step.input, 'focus').to.equal(true);
  });

  it('focus() focuses the field', async () => {
    const step = findStep(mountHtml('<plural-otp></plural-otp>'));
    await step.start();
    step.element.focus();
    expect(document.activeElement === step.input, 'focus').to.equal(true);
  });

  it('no response takes the focus out of another part of the page', async () => {
    const place = mountHtml('<input id="elsewhere" /><plural-otp></plural-otp>');
    const step = findStep(place);
    await step.start();
    const submit = await step.submit('111111');
    const elsewhere = place.querySelector<HTMLElement>('#elsewhere');
    elsewhere?.focus();
    await submit.respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(document.activeElement === elsewhere, 'focus').to.equal(true);
  });

  it('converts digits pasted into an adopted field to ASCII', async () => {
    const step = findStep(mountHtml(`<plural-otp>${markup}</plural-otp>`));
    await step.start();
    await paste('٤٨٢ ٩١٣', step.input);
    expect(step.input.value).to.equal('482913');
  });
});
