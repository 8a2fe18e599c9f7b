import { expect } from '@open-wc/testing';
import { nextFrame, rejectedOtp, Step, waitUntil } from '../support/harness.ts';
import { stub } from '../support/stub.ts';

describe('WebOTP', () => {
  let step: Step;
  const restores: (() => void)[] = [];
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => {
    step.element.remove();
    for (const restore of restores.splice(0)) restore();
  });

  it('web-otp: the code of a message is filled in, and submitted once with autosubmit', async () => {
    let deliver: (credential: unknown) => void = () => {};
    let requested = 0;
    const get = (): Promise<unknown> => {
      requested++;
      return new Promise((resolve) => (deliver = resolve));
    };
    restores.push(stub(globalThis, 'OTPCredential', Object), stub(navigator, 'credentials', { get }));
    step.element.webOtp = true;
    step.element.autosubmit = true;
    await step.start();
    expect(requested).to.equal(1);
    deliver({ code: '482913' });
    await waitUntil(() => step.backend.count('submit'), 'the submit');
    expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
    await step.backend.calls.at(-1)?.respond(rejectedOtp(1));
    expect(step.backend.count('submit')).to.equal(1);
  });

  it('web-otp: is aborted only while pending, and never overwrites typed digits', async () => {
    const signals: AbortSignal[] = [];
    let deliver: (credential: unknown) => void = () => {};
    const get = ({ signal }: { signal: AbortSignal }): Promise<unknown> => {
      signals.push(signal);
      return new Promise((resolve) => (deliver = resolve));
    };
    restores.push(stub(globalThis, 'OTPCredential', Object), stub(navigator, 'credentials', { get }));
    step.element.webOtp = true;
    await step.start();
    await step.type('4829');
    deliver({ code: '777777' });
    await nextFrame();
    expect(step.input.value).to.equal('4829');
    step.element.remove();
    await nextFrame();
    expect(signals[0]?.aborted, 'settled').to.equal(false);
    const pending = new Step();
    pending.element.webOtp = true;
    await pending.start();
    pending.element.remove();
    expect(signals[1]?.aborted, 'pending').to.equal(true);
  });

  it('web-otp: setting it while the field is visible requests a code, and removing it aborts the request', async () => {
    const signals: AbortSignal[] = [];
    const get = ({ signal }: { signal: AbortSignal }): Promise<unknown> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    restores.push(stub(globalThis, 'OTPCredential', Object), stub(navigator, 'credentials', { get }));
    await step.start();
    step.element.setAttribute('web-otp', '');
    await step.element.updateComplete;
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([false]);
    step.element.removeAttribute('web-otp');
    await step.element.updateComplete;
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true]);
  });

  it('without web-otp, or without the API, nothing is requested from the browser', async () => {
    let requested = 0;
    restores.push(stub(navigator, 'credentials', { get: () => requested++ }));
    await step.start();
    expect(requested).to.equal(0);
    const other = new Step();
    other.element.webOtp = true;
    restores.push(stub(globalThis, 'OTPCredential', undefined));
    Reflect.deleteProperty(globalThis, 'OTPCredential');
    await other.start();
    other.element.remove();
    expect(requested).to.equal(0);
  });
});
