import { expect } from '@open-wc/testing';
import { awaitingOtp, createView, nextFrame, Step, waitUntil, withoutIsolates } from '../support/harness.ts';

describe('starting', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('starts by itself when it is connected: polls the payment, then requests a code', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    expect(step.backend.calls.map(({ name }) => name)).to.deep.equal(['payment', 'generate']);
    expect(step.visibleText).to.contain('Requesting an OTP from your bank');
  });

  it('manual, with a code requested already: the countdown runs, and nothing is sent', async () => {
    step.element.manual = true;
    step.element.view = awaitingOtp({ resendInSeconds: 1 });
    await step.mount();
    expect(step.findButton('resend')?.getAttribute('aria-disabled')).to.equal('true');
    await waitUntil(() => !step.findButton('resend')?.hasAttribute('aria-disabled'), 'the end of the wait');
    expect(step.backend.calls).to.deep.equal([]);
  });

  it('manual: sends nothing before its button is pressed, and moves the focus to the field', async () => {
    step.element.manual = true;
    await step.mount();
    await nextFrame();
    expect(step.backend.calls).to.have.length(0);
    step.findButton('start')?.focus();
    await step.press('Enter');
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    expect(step.root.activeElement?.textContent).to.equal('Requesting an OTP from your bank');
    await (await step.backend.call(1)).respond(awaitingOtp());
    expect(document.activeElement === step.input, 'focus').to.equal(true);
  });

  it('a transient problem at the start: retry stands out, next to the bank’s page', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready', next: ['redirect', 'check'] }));
    const generate = await step.backend.call(1);
    await generate.respond({ kind: 'rejected', status: 503, problem: { code: 'BUSY' }, retryAfterSeconds: 60 });
    expect(step.visibleText).to.contain('Try again in a moment');
    expect(step.findButton('bank')?.classList.contains('primary'), 'the bank’s page stands out').to.equal(false);
    step.query('[part~=start]').click();
    await (await step.backend.call(2)).respond(createView({ phase: 'ready', next: ['redirect', 'check'] }));
    expect((await step.backend.call(3)).name).to.equal('generate');
  });

  it('OTP_MAYBE_NOT_SENT in the first view: the code can be requested again', async () => {
    step.element.view = createView({ phase: 'ready', next: ['redirect'], problem: { code: 'OTP_MAYBE_NOT_SENT' } });
    step.element.manual = true;
    await step.mount();
    expect(step.visibleText).to.contain('may not have been sent');
    step.query('[part~=start]').click();
    expect((await step.backend.call(0)).name).to.equal('generate');
  });

  it('hidden: sends nothing before it is shown', async () => {
    step.element.hidden = true;
    await step.mount();
    await nextFrame();
    expect(step.backend.calls).to.have.length(0);
    step.element.hidden = false;
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('the hint names the amount, and the merchant as the bank’s message does where that is known', async () => {
    await step.start();
    const hint = (): string => withoutIsolates(step.element.querySelector('[slot=hint]')?.textContent);
    expect(hint()).to.equal('Your bank sends it by SMS, email or in its app. Check that it says ₹1,250.00.');
    step.element.check();
    const { display } = awaitingOtp();
    await (
      await step.backend.call(1)
    ).respond(awaitingOtp({ display: { ...display, destination: '•••• 4217', statementName: 'NILGIRI LEAF' } }));
    await step.element.updateComplete;
    expect(hint()).to.equal('Sent to •••• 4217. Check that it says ₹1,250.00 and NILGIRI LEAF.');
  });

  it('shows merchant, amount in rupees, and the card by its last digits', async () => {
    await step.start();
    for (const part of ['Nilgiri Leaf', '₹1,250.00', 'HDFC Bank •• 1112', 'VISA'])
      expect(step.visibleText).to.contain(part);
  });

  it('an adopted field before a code was requested: the submit button is off until then', async () => {
    step.element.innerHTML = '<label slot="label">Code</label><input slot="input">';
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    const generate = await step.backend.call(1);
    await step.element.updateComplete;
    const submit = step.query('[part~=submit]');
    expect([submit.getAttribute('aria-disabled'), submit.part.contains('primary')]).to.deep.equal(['true', false]);
    await step.type('48');
    await step.press('Enter');
    expect(step.errorText).to.equal('');
    await generate.respond(awaitingOtp());
    await step.element.updateComplete;
    expect([submit.hasAttribute('aria-disabled'), submit.part.contains('primary')]).to.deep.equal([false, true]);
    expect(step.input.value).to.equal('48');
  });

  it('another payment clears the field; a renewed session of the same payment keeps the typed digits', async () => {
    await step.start();
    await step.type('4829');
    const renewed = new Step();
    step.element.transport = renewed.backend;
    await (await renewed.backend.call(0)).respond(awaitingOtp());
    await step.element.updateComplete;
    expect(step.input.value).to.equal('4829');
    const other = new Step();
    step.element.transport = other.backend;
    await (await other.backend.call(0)).respond(awaitingOtp({ reference: 'ZZ11-0000' }));
    await step.element.updateComplete;
    expect(step.input.value).to.equal('');
  });

  it('an initial view is rendered without a request; a step reinserted later polls the payment', async () => {
    step.element.view = awaitingOtp();
    await step.mount();
    expect(step.visibleText).to.contain('₹1,250.00');
    expect(Boolean(step.findButton('submit'))).to.equal(true);
    expect(step.backend.calls).to.have.length(0);
    step.element.remove();
    await nextFrame();
    document.body.append(step.element);
    expect((await step.backend.call(0)).name).to.equal('payment');
  });
});
