import { expect } from '@open-wc/testing';
import { sendMouse } from '@web/test-runner-commands';
import { awaitingOtp, isWebKit, Step, waitUntil } from '../support/harness.ts';

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

  it('redirect({ navigate: false }): the backend hears that the customer leaves, and no link is followed', async () => {
    await step.start();
    const followed: Event[] = [];
    const stay = (event: Event): void => {
      followed.push(event);
      event.preventDefault();
    };
    addEventListener('click', stay);
    step.element.redirect({ navigate: false });
    removeEventListener('click', stay);
    expect(step.backend.calls.at(-1)).to.include({ name: 'leave', to: 'bank' });
    expect([followed.length, getEventNames(step).includes('redirect')]).to.deep.equal([0, false]);
  });

  for (const modifier of ['ctrlKey', 'metaKey', 'shiftKey'] as const) {
    it(`a click with ${modifier} opens another tab or window: the backend is told, and this step keeps its field`, async () => {
      await step.start();
      await step.type('4829');
      const stay = (event: Event): void => event.preventDefault();
      addEventListener('click', stay, { once: true });
      const init = { bubbles: true, cancelable: true, composed: true, [modifier]: true };
      step.findButton('bank')?.dispatchEvent(new MouseEvent('click', init));
      expect(step.backend.calls.at(-1)).to.include({ name: 'leave', to: 'bank' });
      await step.backend.calls.at(-1)?.respond(awaitingOtp({ leftForBank: true }));
      await step.element.updateComplete;
      expect([step.input.value, Boolean(step.findButton('submit'))]).to.deep.equal(['4829', true]);
    });
  }

  // WebKitGTK's driver follows a middle click by itself, which would end the test's page.
  if (!isWebKit)
    it('a middle click opens the bank’s page in a tab: the backend is told, and this step keeps its field', async () => {
      await step.start();
      await step.type('4829');
      const opened: string[] = [];
      // The test page must open no tab: the link's default action is prevented outside the element.
      const stay = (event: Event): void => {
        opened.push((event.composedPath()[0] as HTMLAnchorElement).href);
        event.preventDefault();
      };
      addEventListener('auxclick', stay);
      const link = step.findButton('bank') as HTMLElement;
      const { left, top, width, height } = link.getBoundingClientRect();
      await sendMouse({
        type: 'click',
        button: 'middle',
        position: [left + width / 2, top + height / 2].map(Math.round) as [number, number],
      });
      await waitUntil(() => opened.length > 0, 'the middle click');
      removeEventListener('auxclick', stay);
      expect(opened).to.deep.equal(['https://acs.example/challenge']);
      expect(step.backend.calls.at(-1)).to.include({ name: 'leave', to: 'bank' });
      await step.backend.calls.at(-1)?.respond(awaitingOtp({ leftForBank: true }));
      await step.element.updateComplete;
      expect(step.input.value).to.equal('4829');
      expect(getEventNames(step).filter((name) => name === 'redirect')).to.have.length(1);
    });

  it('the right button opens a menu and leaves nothing', async () => {
    await step.start();
    const click = new MouseEvent('auxclick', { bubbles: true, composed: true, cancelable: true, button: 2 });
    step.findButton('bank')?.dispatchEvent(click);
    expect([step.backend.count('leave'), step.findEvent('redirect')]).to.deep.equal([0, undefined]);
  });

  it('no native OTP: the bank’s page is primary, and no field is shown', async () => {
    await step.start(awaitingOtp({ next: ['redirect'], problem: { code: 'NATIVE_OTP_UNAVAILABLE' } }));
    expect(step.findButton('bank')?.className).to.contain('primary');
    expect(Boolean(step.findButton('submit'))).to.equal(false);
  });
});
