import { expect } from '@open-wc/testing';
import type { LeaveBody } from '@plural-otp/flow/contract';
import { awaitingOtp, createView, nextFrame, rejectedOtp, ScriptedTransport, Step } from './support/harness.ts';

describe('a transport that is another object in each rendering of the page', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  /** Creates a transport over one backend. */
  const inline = (backend: ScriptedTransport): ScriptedTransport =>
    Object.assign(new ScriptedTransport(), {
      submit: (otp: string, key: string) => backend.submit(otp, key),
      payment: () => backend.payment(),
      resend: (key: string) => backend.resend(key),
      leave: (to: LeaveBody['to'], key: string) => backend.leave(to, key),
    });

  it('does not abort a submit, whose response ends it', async () => {
    const { element, backend } = step;
    let redraws = 0;
    element.addEventListener('plural-otp-state', ({ detail }) => {
      if (detail.status !== 'submitting') return;
      redraws++;
      element.transport = inline(backend);
    });
    await step.start();
    const submit = await step.submit('482913');
    await element.updateComplete;
    expect(redraws).to.equal(1);
    expect(backend.count('submit')).to.equal(1);
    await submit.respond(createView({ phase: 'authorized' }));
    expect(step.visibleText).to.contain('Payment confirmed');
  });

  it('takes the next call', async () => {
    await step.start();
    const submit = await step.submit('111111');
    const next = new ScriptedTransport();
    step.element.transport = next;
    await step.element.updateComplete;
    await submit.respond(rejectedOtp(1));
    await step.submit('482913').catch(() => undefined);
    expect([step.backend.count('submit'), next.count('submit')]).to.deep.equal([1, 1]);
  });

  for (const manual of [false, true]) {
    for (const [name, rest, text] of [
      ['paid', { phase: 'authorized' }, 'Payment confirmed'],
      ['declined', { phase: 'failed', next: ['payAgain'], problem: { code: 'PAYMENT_FAILED' } }, 'Payment failed'],
    ] as const) {
      it(`after the end (${name}${manual ? ', manual' : ''}): is asked once, and tells nothing twice`, async () => {
        const { element, backend } = step;
        element.manual = manual;
        element.transport = inline(backend);
        await step.connect();
        if (manual) element.start();
        await (await backend.call(0)).respond(awaitingOtp());
        const submit = await step.submit('482913');
        const end = createView(rest as Parameters<typeof createView>[0]);
        const states: string[] = [];
        element.addEventListener('plural-otp-state', ({ detail }) => {
          states.push(detail.status);
          element.transport = inline(backend);
        });
        await submit.respond(end);
        await (await backend.call(2)).respond(end);
        await nextFrame();
        expect(states).to.deep.equal([end.phase]);
        expect(backend.calls.map(({ name: call }) => call)).to.deep.equal(['payment', 'submit', 'payment']);
        const told = step.events.filter(({ type }) => /authorized|failed/.test(type));
        expect(told).to.have.length(1);
        expect(step.visibleText).to.contain(text);
      });
    }
  }

  it('after the end: one that tells of another payment begins it', async () => {
    const { element, backend } = step;
    await step.start();
    const submit = await step.submit('482913');
    await submit.respond(createView({ phase: 'failed', next: ['payAgain'] }));
    const other = new ScriptedTransport();
    element.transport = other;
    await (await other.call(0)).respond(createView({ phase: 'ready', reference: 'ZZ11-0000' }));
    await (await other.call(1)).respond(awaitingOtp({ reference: 'ZZ11-0000' }));
    expect([backend.count('payment'), other.calls[1]?.name]).to.deep.equal([1, 'generate']);
    expect(step.input.value).to.equal('');
  });

  it('after the end, with start(): shows at once that it begins', async () => {
    step.element.manual = true;
    await step.mount();
    step.element.start();
    await (await step.backend.call(0)).respond(createView({ phase: 'failed', next: ['payAgain'] }));
    const other = new ScriptedTransport();
    step.element.transport = other;
    step.element.start();
    await step.element.updateComplete;
    expect(step.visibleText).not.to.contain('Payment failed');
    expect((await other.call(0)).name).to.equal('payment');
  });
});
