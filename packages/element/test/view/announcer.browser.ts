import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import {
  awaitingOtp,
  createView,
  nextFrame,
  rejectedOtp,
  Step,
  waitUntil,
  withoutIsolates,
} from '../support/harness.ts';

describe('announcements', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('each change is announced once and in order: requested, sent with the wait, rejected, checking, confirming, done', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    await (await step.backend.call(1)).respond(awaitingOtp({ resendInSeconds: 30 }));
    await (await step.submit('111111')).respond(rejectedOtp(1, { resendInSeconds: 29 }));
    await (await step.submit('222222')).respond(createView({ phase: 'confirming' }));
    step.element.check();
    await (await step.backend.call(step.backend.calls.length - 1)).respond(createView({ phase: 'authorized' }));
    await waitUntil(() => step.announcements.some((text) => text.includes('Your bank approved')), 'the end announced');
    const announced = step.announcements.join(' | ');
    const order = [
      'Requesting an OTP from your bank',
      'OTP sent You can request a new OTP in 30 seconds.',
      'Checking the OTP',
      'This OTP was not accepted.',
      'Checking the OTP',
      // The focus announces the headings, which it moves to.
      'This can take up to a minute.',
      'Your bank approved',
    ];
    let from = 0;
    for (const words of order) {
      const at = announced.indexOf(words, from);
      expect(at, `${words} in ${announced}`).to.be.at.least(0);
      from = at + words.length;
    }
    expect(announced.split('You can request').length, announced).to.equal(2);
    expect(step.root.activeElement?.textContent).to.equal('Payment confirmed');
    for (const heading of ['is confirming the payment', 'Payment confirmed']) expect(announced).not.to.contain(heading);
  });

  it('the region is empty again soon after, so that no old news is read under the buttons', async () => {
    await step.start();
    await waitUntil(() => step.query('[role=status]').textContent?.trim(), 'an announcement');
    await waitUntil(() => !step.query('[role=status]').textContent?.trim(), 'the empty region');
  });

  it('a wait is announced at its start, at 60, 30 and 10 seconds and at its end, and at no other second', async () => {
    const real = { wall: Date.now.bind(Date), running: performance.now.bind(performance) };
    let ahead = 0;
    Date.now = () => real.wall() + ahead;
    performance.now = () => real.running() + ahead;
    try {
      await step.start(awaitingOtp({ resendInSeconds: 90 }));
      for (const left of [75, 60, 45, 30, 20, 10, 5, 0]) {
        ahead = (90 - left) * 1000;
        step.element.requestUpdate();
        await nextFrame();
      }
    } finally {
      Date.now = real.wall;
      performance.now = real.running;
    }
    const waits = step.announcements
      .filter((text) => text.includes('new OTP'))
      .map((text) => /\d+|now/.exec(text)?.[0]);
    expect(waits).to.deep.equal(['90', '60', '30', '10', 'now']);
  });

  it('a validation error is announced once, and again when the same code is submitted again', async () => {
    await step.start();
    step.input.focus();
    await step.press('Enter');
    await waitUntil(() => step.announcements.length > 0, 'the error');
    expect(step.announcements).to.deep.equal(['Enter the OTP from your bank.']);
    await step.press('Enter');
    await waitUntil(() => step.announcements.length > 1, 'the error again');
    expect(step.announcements).to.deep.equal(['Enter the OTP from your bank.', 'Enter the OTP from your bank.']);
  });

  it('the countdown is in no button name, and a waiting button keeps the focus and sends nothing', async () => {
    await step.start(awaitingOtp({ resendInSeconds: 50 }));
    const resend = step.findButton('resend') as HTMLButtonElement;
    expect(resend.textContent?.trim()).to.equal('Resend OTP');
    expect(resend.getAttribute('aria-disabled')).to.equal('true');
    resend.focus();
    await sendKeys({ press: 'Enter' });
    expect(step.root.activeElement === resend, 'focus').to.equal(true);
    const description = step.root.getElementById(resend.getAttribute('aria-describedby') ?? '');
    expect(withoutIsolates(description?.textContent)).to.match(/^You can request a new OTP in \d+ seconds\.$/);
    // The clock is for the eye: a voice would read “zero fifty”.
    expect(step.query('[part=timer]').textContent).to.match(/^0:\d\d$/);
    expect(step.query('[part=timer]').ariaHidden).to.equal('true');
    await waitUntil(() => step.announcements.length > 1, 'the repeated wait');
    expect(step.announcements.at(-1)).to.match(/^You can request a new OTP in \d+ seconds\.$/);
    expect(step.backend.count('resend')).to.equal(0);
  });
});
