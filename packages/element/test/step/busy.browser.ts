import { expect } from '@open-wc/testing';
import { awaitingOtp, createView, nextFrame, ScriptedTransport, Step, waitUntil } from '../support/harness.ts';

const unresolved = (): ReturnType<typeof createView> =>
  createView({ phase: 'unresolved', next: ['check', 'submit', 'redirect'] });

describe('every press is answered', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  /** Presses a button; expects a sign in sight and in speech with the next frame, before any response. */
  async function expectSign(part: string): Promise<void> {
    const before = step.announcements.length;
    const text = step.visibleText;
    step.query(`[part~=${part}]`).click();
    await nextFrame();
    expect(step.visibleText).not.to.equal(text);
    expect(step.announcements.slice(before).join()).to.contain('One moment, please.');
    expect(step.visibleText).to.contain('One moment, please.');
  }

  it('Check payment status: at once, and again when the outcome is still unknown', async () => {
    await step.start(unresolved());
    await expectSign('check');
    expect(step.query('[part~=check]').classList.contains('spin')).to.equal(true);
    const before = step.announcements.length;
    await (await step.backend.call(1)).respond(unresolved());
    await waitUntil(() => step.announcements.length > before, 'the end in speech');
    expect(step.announcements.at(-1)).to.equal('Your bank has not responded yet');
    expect(step.visibleText).not.to.contain('One moment');
    expect(step.query('[part~=check]').classList.contains('spin')).to.equal(false);
  });

  it('Check payment status, while the step polls by itself: the poll in flight is the answer, and nothing is sent twice', async () => {
    await step.start(unresolved());
    document.dispatchEvent(new Event('visibilitychange'));
    await step.backend.call(1);
    await expectSign('check');
    expect(step.backend.calls).to.have.length(2);
  });

  it('Try again: at once, and again when the shop still does not answer', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond({ kind: 'unreachable' });
    await expectSign('start');
    const before = step.announcements.length;
    await (await step.backend.call(1)).respond({ kind: 'unreachable' });
    await waitUntil(() => step.announcements.length > before, 'the end in speech');
    expect(step.visibleText).to.contain('could not connect').and.not.to.contain('One moment');
  });

  it('Cancel payment: at once; meanwhile Confirm and another code are off, and a press says so', async () => {
    await step.start();
    await step.type('482913');
    await expectSign('cancel');
    for (const part of ['submit', 'resend', 'cancel'])
      expect(step.query(`[part~=${part}]`).getAttribute('aria-disabled'), part).to.equal('true');
    const before = step.announcements.length;
    for (const part of ['submit', 'resend', 'cancel']) step.query(`[part~=${part}]`).click();
    await waitUntil(() => step.announcements.length > before, 'the answer in speech');
    expect(step.backend.calls.map(({ name }) => name)).to.deep.equal(['payment', 'leave']);
    await (await step.backend.call(1)).respond(awaitingOtp());
    expect(step.query('[part~=submit]').hasAttribute('aria-disabled')).to.equal(false);
    expect(step.input.value).to.equal('482913');
  });

  it('Get OTP, of a manual step without a view: at once', async () => {
    step.element.manual = true;
    await step.mount();
    await expectSign('start');
  });

  it('Get OTP, before the page has given a session: at once, and it begins with the session', async () => {
    step.element.manual = true;
    await step.connect();
    await expectSign('start');
    step.element.transport = step.backend;
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('Confirm, with a new session whose first response is not there yet', async () => {
    await step.start();
    await step.type('482913');
    const renewed = new ScriptedTransport();
    step.element.transport = renewed;
    await renewed.call(0);
    await nextFrame();
    const before = step.announcements.length;
    await step.press('Enter');
    await waitUntil(() => step.announcements.length > before, 'the answer in speech');
    expect(step.visibleText).to.contain('One moment, please.');
    expect(step.query('[part~=submit]').getAttribute('aria-disabled')).to.equal('true');
    await (await renewed.call(0)).respond(awaitingOtp());
    await step.press('Enter');
    expect(renewed.calls.at(-1)).to.include({ name: 'submit', otp: '482913' });
  });

  it('any button while offline says that the customer is offline', async () => {
    await step.start(unresolved());
    dispatchEvent(new Event('offline'));
    await nextFrame();
    const before = step.announcements.length;
    step.query('[part~=check]').click();
    await waitUntil(() => step.announcements.length > before, 'the answer in speech');
    expect(step.announcements.at(-1)).to.contain('You are offline.');
    dispatchEvent(new Event('online'));
  });

  it('a step that starts by itself says nothing of waiting before its first response', async () => {
    await step.mount();
    await step.backend.call(0);
    await nextFrame();
    expect(step.visibleText).not.to.contain('One moment');
  });

  describe('with a press that takes no focus, as Safari’s buttons', () => {
    const press = async (part: string): Promise<void> => {
      (document.activeElement as HTMLElement | null)?.blur();
      step.query(`[part~=${part}]`).click();
      expect(document.activeElement, 'no focus').to.equal(document.body);
      await step.element.updateComplete;
    };

    it('another code: the focus goes to the field', async () => {
      await step.start();
      await press('resend');
      await (await step.backend.call(1)).respond(awaitingOtp());
      expect(document.activeElement === step.input).to.equal(true);
    });

    it('an empty Confirm: the focus goes to the field', async () => {
      await step.start();
      await press('submit');
      expect(document.activeElement === step.input).to.equal(true);
    });

    it('Get OTP: the focus goes to the heading, then to the field', async () => {
      step.element.manual = true;
      await step.mount();
      await press('start');
      await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
      expect(step.root.activeElement?.textContent).to.equal('Requesting an OTP from your bank');
      await (await step.backend.call(1)).respond(awaitingOtp());
      expect(document.activeElement === step.input).to.equal(true);
    });

    it('a press does not take the focus from a field that the customer went to meanwhile', async () => {
      await step.start();
      await press('resend');
      const elsewhere = document.createElement('input');
      document.body.append(elsewhere);
      elsewhere.focus();
      await (await step.backend.call(1)).respond(awaitingOtp());
      expect(document.activeElement === elsewhere).to.equal(true);
      elsewhere.remove();
    });
  });
});
