import { expect } from '@open-wc/testing';
import { createView, nextFrame, rejectedOtp, Step } from '../support/harness.ts';

describe('submitting a code', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('accepted code: checking, confirming, and authorized only when the backend says so', async () => {
    await step.start();
    const submit = await step.submit('482913');
    expect(step.visibleText).to.contain('Checking the OTP');
    await submit.respond(createView({ phase: 'confirming' }));
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('OTP submitted HDFC Bank is confirming the payment Your receipt');
    expect(Boolean(step.findEvent('authorized'))).to.equal(false);
    step.element.check();
    const poll = await step.backend.call(step.backend.calls.length - 1);
    expect(poll.name).to.equal('payment');
    await poll.respond(createView({ phase: 'authorized' }));
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('Payment confirmed');
    expect(step.findEvent('authorized')?.detail).to.deep.equal({ reference: 'NL7K-42QX' });
  });

  it('first miss: says to check the code; second miss: warns of a blocked card and makes the bank’s page primary', async () => {
    await step.start();
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(step.errorText).to.contain('was not accepted. Check the latest message');
    expect(step.findButton('submit')?.className).to.contain('primary');
    await (await step.submit('222222')).respond(rejectedOtp(2));
    await step.element.updateComplete;
    expect(step.errorText).to.contain('Another wrong OTP may block your card');
    expect(step.findButton('submit')?.className).not.to.contain('primary');
    expect(step.findButton('bank')?.className).to.contain('primary');
    expect(step.errorText).not.to.match(/\d/);
  });

  it('attempts left are shown only when the bank named them', async () => {
    await step.start();
    await (await step.submit('111111')).respond(rejectedOtp(1, { attempts: { misses: 1, leftAtBank: 2 } }));
    await step.element.updateComplete;
    expect(step.errorText).to.contain('2');
  });

  it('submitting: the button is off and spins, and another Enter sends nothing', async () => {
    await step.start();
    await step.submit('482913');
    const submit = step.query('[part~=submit]');
    expect([submit.getAttribute('aria-disabled'), submit.part.contains('spin')]).to.deep.equal(['true', true]);
    const announced = step.announcements.length;
    await step.press('Enter');
    await nextFrame();
    expect(step.announcements.length).to.equal(announced);
    expect(step.backend.count('submit')).to.equal(1);
    expect(step.input.value).to.equal('482913');
  });
});
