import { expect } from '@open-wc/testing';
import { awaitingOtp, Step } from '../support/harness.ts';

const getEventNames = (step: Step): string[] => step.events.map(({ type }) => type.replace('plural-otp-', ''));

describe('the bank’s page', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('the bank’s page is a real link to the top frame, offered only when it is safe', async () => {
    await step.start();
    const link = step.findButton('bank') as HTMLAnchorElement;
    expect([link.href, link.target, link.rel]).to.deep.equal(['https://acs.example/challenge', '_top', 'noreferrer']);
    for (const challengeUrl of [
      'http://acs.example/',
      'https://user@acs.example/',
      'javascript:alert(1)',
      'nonsense',
    ]) {
      step.element.check();
      await (await step.backend.call(step.backend.calls.length - 1)).respond(awaitingOtp({ challengeUrl }));
      await step.element.updateComplete;
      expect(Boolean(step.findButton('bank')), challengeUrl).to.equal(false);
    }
  });

  it('leaving for the bank emits one cancelable event; the backend is notified unless it is cancelled', async () => {
    await step.start();
    const stay = (event: Event): void => event.preventDefault();
    step.element.addEventListener('plural-otp-redirect', stay);
    step.findButton('bank')?.click();
    expect(step.backend.count('leave')).to.equal(0);
    step.element.removeEventListener('plural-otp-redirect', stay);
    // The test page must not navigate: the link's default action is prevented outside the element.
    addEventListener('click', stay, { once: true });
    step.element.redirect();
    expect(step.backend.calls.at(-1)).to.include({ name: 'leave', to: 'bank' });
    expect(getEventNames(step).filter((name) => name === 'redirect')).to.have.length(2);
    expect(step.findEvent('redirect')?.detail.challengeUrl).to.equal('https://acs.example/challenge');
  });

  it('no native OTP: the bank’s page is primary, and no field is shown', async () => {
    await step.start(awaitingOtp({ next: ['redirect'], problem: { code: 'NATIVE_OTP_UNAVAILABLE' } }));
    expect(step.findButton('bank')?.className).to.contain('primary');
    expect(Boolean(step.findButton('submit'))).to.equal(false);
  });
});
