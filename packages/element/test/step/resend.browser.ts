import { expect } from '@open-wc/testing';
import { awaitingOtp, Step, waitUntil } from '../support/harness.ts';

describe('requesting another code', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('resending: the submit button is visibly off, keeps the focus, sends nothing and announces why', async () => {
    await step.start();
    await step.type('4829');
    step.findButton('resend')?.click();
    const resend = await step.backend.call(1);
    await step.element.updateComplete;
    const submit = step.query('[part~=submit]') as HTMLButtonElement;
    expect([submit.getAttribute('aria-disabled'), submit.disabled]).to.deep.equal(['true', false]);
    expect(submit.part.contains('primary'), 'stands out').to.equal(false);
    submit.focus();
    await step.press('Enter');
    expect(step.root.activeElement === submit, 'focus').to.equal(true);
    await waitUntil(() => step.announcements.at(-1) === 'Requesting a new OTP', 'why nothing is sent');
    step.input.focus();
    await step.press('Enter');
    await waitUntil(
      () => step.announcements.filter((text) => text === 'Requesting a new OTP').length > 1,
      'why, at the field',
    );
    expect([step.input.value, step.errorText]).to.deep.equal(['4829', '']);
    await resend.respond(awaitingOtp({ next: ['submit', 'redirect'], problem: { code: 'RESEND_LIMIT' } }));
    await step.element.updateComplete;
    expect(step.input.value).to.equal('4829');
    expect(submit.isConnected && !submit.hasAttribute('aria-disabled'), 'on again').to.equal(true);
    expect(submit.part.contains('primary'), 'stands out again').to.equal(true);
    expect(step.backend.count('submit')).to.equal(0);
    await step.submit('13');
    expect(step.backend.calls.at(-1)).to.include({ name: 'submit', otp: '482913' });
  });
});
