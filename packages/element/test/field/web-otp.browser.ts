import { expect } from '@open-wc/testing';
import { awaitingOtp, nextFrame, rejectedOtp, Step, waitUntil } from '../support/harness.ts';
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

  describe('listens again', () => {
    /** Requests to the browser, oldest first. */
    const requests: { signal: AbortSignal; resolve: (credential: unknown) => void; reject: () => void }[] = [];
    beforeEach(async () => {
      requests.length = 0;
      const get = ({ signal }: { signal: AbortSignal }): Promise<unknown> =>
        new Promise((resolve, reject) => requests.push({ signal, resolve, reject: () => reject(new Error('no')) }));
      restores.push(stub(globalThis, 'OTPCredential', Object), stub(navigator, 'credentials', { get }));
      step.element.webOtp = true;
      await step.start();
      expect(requests).to.have.length(1);
    });

    async function resend(): Promise<void> {
      step.element.resend();
      const call = await step.backend.call(step.backend.calls.length - 1);
      expect(call.name).to.equal('resend');
      await call.respond(awaitingOtp());
      await step.element.updateComplete;
    }

    it('after another code was sent, once the first request has ended: by a code, a timeout or a refusal', async () => {
      requests[0]?.resolve({ code: '111111' });
      await waitUntil(() => step.input.value === '111111', 'the first code');
      await resend();
      expect(requests).to.have.length(2);
      requests[1]?.reject();
      await nextFrame();
      await resend();
      expect(requests).to.have.length(3);
      requests[2]?.resolve({ code: '482913' });
      await waitUntil(() => step.input.value === '482913', 'the newest code');
    });

    it('after another code was sent, not beside a request that is pending', async () => {
      await resend();
      expect(requests.map(({ signal }) => signal.aborted)).to.deep.equal([false]);
    });

    it('after the bank rejected a code, whose digits the next message replaces', async () => {
      requests[0]?.resolve({ code: '111111' });
      await waitUntil(() => step.input.value === '111111', 'the first code');
      step.element.submit();
      const submit = await step.backend.call(step.backend.calls.length - 1);
      await submit.respond(rejectedOtp(1));
      await waitUntil(() => requests.length === 2, 'the next request');
      requests[1]?.resolve({ code: '482913' });
      await waitUntil(() => step.input.value === '482913', 'the next code');
    });

    it('after the page came back, having let go of the request when it left', async () => {
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      expect(requests[0]?.signal.aborted).to.equal(true);
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      await (await step.backend.call(1)).respond(awaitingOtp());
      await waitUntil(() => requests.length === 2, 'the next request');
    });
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
