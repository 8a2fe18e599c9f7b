import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { pressChord } from '../support/devices.ts';
import { awaitingOtp, createView, nextFrame, rejectedOtp, Step, withoutIsolates } from '../support/harness.ts';
import { findStep, mountHtml, removeMounted } from '../support/mount-html.ts';

describe('on a page', () => {
  afterEach(removeMounted);

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
    expect(withoutIsolates(step.input.labels?.[0]?.textContent)).to.equal('Enter the OTP from HDFC Bank');
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(root.activeElement === step.input, 'focus').to.equal(true);
    for (const id of (step.input.getAttribute('aria-describedby') ?? '').split(' ')) {
      expect(root.getElementById(id)?.parentElement === step.element, id).to.equal(true);
    }
  });

  it('Tab goes through field, resend, button, bank link and cancel, and on to the page', async () => {
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
    expect(visited).to.deep.equal([step.input.id, 'resend', 'submit', 'bank', 'cancel', 'after']);
    await pressChord('Shift', 'Tab');
    expect(control()).to.equal('cancel');
  });

  for (const name of ['heading-level', 'headinglevel']) {
    it(`${name} sets the level of the headings; it is 2 without`, async () => {
      const step = findStep(mountHtml('<plural-otp></plural-otp>'));
      await step.start(createView({ phase: 'authorized' }));
      const getLevel = (): string | null => step.query('h2').getAttribute('aria-level');
      expect(getLevel()).to.equal('2');
      step.element.setAttribute(name, '3');
      await step.element.updateComplete;
      expect(getLevel()).to.equal('3');
    });
  }

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
});
