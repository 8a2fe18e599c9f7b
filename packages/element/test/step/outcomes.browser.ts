import { expect } from '@open-wc/testing';
import type { PaymentView } from '@plural-otp/flow/contract';
import { awaitingOtp, createView, Step } from '../support/harness.ts';

describe('outcomes', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  for (const [phase, words, reason] of [
    ['failed', 'Payment failed', 'declined'],
    ['exhausted', 'No attempts left', 'exhausted'],
  ] as const) {
    it(`${phase}: says so, shows the reference, and emits plural-otp-failed`, async () => {
      step.element.innerHTML = '<a slot="pay-again" href="#">Another card</a>';
      await step.start(createView({ phase, next: ['payAgain'] }));
      expect(step.visibleText).to.contain(words).and.to.contain('NL7K-42QX');
      expect(Boolean(step.root.querySelector('slot[name=pay-again]'))).to.equal(true);
      const { clientWidth: width } = step.query('.actions');
      expect(step.element.querySelector('a')?.offsetWidth, 'as wide as a button of the step').to.equal(width);
      expect(step.findEvent('failed')?.detail).to.deep.equal({ reference: 'NL7K-42QX', reason, payAgain: true });
      expect(Boolean(step.findButton('submit'))).to.equal(false);
    });
  }

  it('superseded: says that the order is paid, and emits an event of its own, no failure', async () => {
    await step.start(createView({ phase: 'superseded' }));
    expect(step.visibleText).to.contain('This order is already paid').and.to.contain('NL7K-42QX');
    expect(step.findEvent('superseded')?.detail).to.deep.equal({ reference: 'NL7K-42QX' });
    expect(step.findEvent('failed')).to.equal(undefined);
  });

  describe('exhausted, with the payment still open at the bank', () => {
    const open = (): PaymentView =>
      createView({ phase: 'exhausted', next: ['redirect', 'check'], problem: { code: 'ATTEMPTS_USED' } });

    it('the bank’s page is primary, and nothing says that the payment was not made', async () => {
      await step.start(open());
      expect(step.visibleText).to.contain('Confirm on your bank’s page The OTP was wrong too many times here.');
      expect(step.visibleText).not.to.contain('not made');
      expect(step.findButton('bank')?.getAttribute('href')).to.equal('https://acs.example/challenge');
      expect(step.findButton('bank')?.classList.contains('primary')).to.equal(true);
      expect(step.findEvent('failed'), 'no failure yet').to.equal(undefined);
    });

    it('the backend hears that the customer leaves, the return is polled, and the page says paid', async () => {
      await step.start(open());
      addEventListener('click', (event) => event.preventDefault(), { once: true });
      step.findButton('bank')?.click();
      const leave = await step.backend.call(1);
      expect(leave).to.include({ name: 'leave', to: 'bank' });
      await leave.respond(open());
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      const poll = await step.backend.call(2);
      expect(poll.name).to.equal('payment');
      await poll.respond(createView({ phase: 'authorized' }));
      expect(step.visibleText).to.contain('Payment confirmed');
    });

    it('Check payment status polls; the end at the bank is the failure, and is emitted once', async () => {
      await step.start(open());
      step.findButton('check')?.click();
      const poll = await step.backend.call(1);
      await poll.respond(createView({ phase: 'exhausted', next: ['payAgain'], problem: { code: 'ATTEMPTS_USED' } }));
      expect(step.visibleText).to.contain('The payment was not made.');
      const failures = step.events.filter(({ type }) => type === 'plural-otp-failed');
      expect(failures.map(({ detail }) => detail as unknown)).to.deep.equal([
        { reference: 'NL7K-42QX', reason: 'exhausted', payAgain: true },
      ]);
    });
  });

  it('failed, with the order cancelled: no decline is claimed, and the event says so', async () => {
    const problem = { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } as const;
    await step.start(createView({ phase: 'failed', problem, display: { merchantName: 'Nilgiri Leaf' } }));
    expect(step.visibleText).to.contain(
      'This order was cancelled. If you are still charged, contact Nilgiri Leaf and quote the reference below.',
    );
    expect(step.visibleText).to.contain('NL7K-42QX').and.not.to.contain('The payment was not approved.');
    expect(step.findEvent('failed')?.detail).to.include({ reason: 'cancelled', payAgain: false });
  });

  it('failed: shows the advice for the decline', async () => {
    await step.start(createView({ phase: 'failed', problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' } }));
    expect(step.visibleText).to.contain('Check your balance');
  });

  for (const [advice, words, failure = 'The payment was not approved.'] of [
    ['checkDetails', 'then pay again'],
    ['payAgain', 'You can pay again'],
    ['tryLater', 'Try again later', 'The payment could not be processed.'],
  ] as const) {
    it(`failed, ${advice}: advised when the order takes another payment, and not when it is closed`, async () => {
      const problem = { code: 'PAYMENT_FAILED', advice } as const;
      await step.start(createView({ phase: 'failed', next: ['payAgain'], problem }));
      expect(step.visibleText).to.contain(words);
      const closed = new Step();
      await closed.start(createView({ phase: 'failed', problem }));
      expect(closed.visibleText).to.contain(failure).and.not.to.match(/again/i);
      expect(closed.announcements.join(' ')).to.contain(failure).and.not.to.match(/again/i);
      closed.element.remove();
    });
  }

  for (const [advice, words] of [
    ['useAnotherCard', 'Pay with another card.'],
    ['contactIssuer', 'Contact your bank'],
    ['checkFunds', 'Check your balance'],
  ] as const) {
    it(`failed, ${advice}: advised for a closed order too, because another order can be placed`, async () => {
      await step.start(createView({ phase: 'failed', problem: { code: 'PAYMENT_FAILED', advice } }));
      expect(step.visibleText).to.contain(words);
    });
  }

  it('cancelled by its button: the backend is notified and the event is emitted', async () => {
    await step.start();
    step.findButton('cancel')?.click();
    const leave = await step.backend.call(step.backend.calls.length - 1);
    expect(leave).to.include({ name: 'leave', to: 'cancel' });
    await leave.respond(createView({ phase: 'cancelled' }));
    expect(Boolean(step.findEvent('cancelled'))).to.equal(true);
  });

  it('unresolved: not an end; offers to check, the bank’s page, and, for a newer OTP, the field', async () => {
    await step.start(createView({ phase: 'unresolved', next: ['check', 'submit', 'redirect'] }));
    expect(step.visibleText).to.contain('You will not be charged twice');
    expect(Boolean(step.findEvent('unresolved'))).to.equal(true);
    for (const part of ['check', 'newer', 'bank']) expect(Boolean(step.findButton(part)), part).to.equal(true);
    expect(step.findButton('submit'), 'one form at a time').to.equal(null);
    step.findButton('newer')?.click();
    await step.element.updateComplete;
    expect(document.activeElement === step.input, 'focus').to.equal(true);
    expect(step.visibleText).to.contain('Your bank has not responded yet');
    for (const part of ['check', 'submit', 'bank']) expect(Boolean(step.findButton(part)), part).to.equal(true);
    expect(step.findButton('submit')?.classList.contains('primary')).to.equal(true);
    step.findButton('check')?.click();
    expect(step.backend.calls.at(-1)?.name).to.equal('payment');
  });

  it('expired: no field, offers to reload, and emits plural-otp-expired', async () => {
    await step.start(awaitingOtp({ next: ['check'], problem: { code: 'SESSION_EXPIRED' } }));
    expect(step.visibleText).to.contain('Reload this page');
    expect(step.findButton('reload')?.classList.contains('primary')).to.equal(true);
    for (const part of ['submit', 'check']) expect(step.findButton(part), part).to.equal(null);
    expect(Boolean(step.findEvent('expired'))).to.equal(true);
  });

  it('read only: no field and no reload, offers to check, and asks for no OTP', async () => {
    for (const phase of ['ready', 'awaitingOtp', 'unresolved'] as const) {
      await step.start(awaitingOtp({ phase, next: ['check'], problem: { code: 'SESSION_READ_ONLY' } }));
      expect(step.visibleText, phase).to.contain('You can only view this payment here');
      expect(step.visibleText, phase).not.to.contain('Reload');
      for (const part of ['submit', 'reload', 'resend', 'bank', 'cancel', 'start'])
        expect(step.findButton(part), `${phase}: ${part}`).to.equal(null);
      step.findButton('check')?.click();
      expect(step.backend.calls.every(({ name }) => name === 'payment')).to.equal(true);
      expect(step.findEvent('expired'), phase).to.equal(undefined);
    }
  });
});
