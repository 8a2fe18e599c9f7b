import { expect } from '@open-wc/testing';
import type { PaymentView } from '@plural-otp/flow/contract';
import { awaitingOtp, createView, nextFrame, rejectedOtp, Step, waitUntil } from './support/harness.ts';
import { stub } from './support/stub.ts';

describe('what the page gives the step', () => {
  let step: Step;
  const restores: (() => void)[] = [];
  const logged: string[] = [];
  beforeEach(() => {
    step = new Step();
    logged.length = 0;
    restores.push(stub(console, 'warn', (text: string) => void logged.push(text)));
  });
  afterEach(() => {
    step.element.remove();
    for (const restore of restores.splice(0)) restore();
  });

  /** Replaces `fetch` by responses in order; returns the requested paths with the sessions. */
  function stubBackend(...responses: (PaymentView | Promise<PaymentView>)[]): string[] {
    const requests: string[] = [];
    const respond = async (url: string, { body }: RequestInit): Promise<Response> => {
      requests.push(`${url} ${(JSON.parse(body as string) as { session: string }).session}`);
      return new Response(JSON.stringify(await (responses[requests.length - 1] ?? new Promise(() => {}))));
    };
    restores.push(stub(globalThis, 'fetch', respond));
    return requests;
  }

  describe('client', () => {
    it('is what startPayment returned: its view is rendered and its session used', async () => {
      const view = awaitingOtp();
      const requests = stubBackend(rejectedOtp(1));
      step.element.client = { session: 'first-seal', view };
      document.body.append(step.element);
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      expect(requests).to.deep.equal([]);
      await step.type('111111');
      await step.press('Enter');
      await waitUntil(() => step.errorText, 'the rejection');
      expect(requests).to.deep.equal(['/plural/otp/submit first-seal']);
    });

    it('needs no view', async () => {
      const requests = stubBackend(awaitingOtp());
      step.element.client = { session: 'seal' };
      document.body.append(step.element);
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      expect(requests).to.deep.equal(['/plural/payment seal']);
    });

    it('takes precedence over session and view, and an equal one in another object begins nothing anew', async () => {
      const requests = stubBackend(awaitingOtp());
      const view = awaitingOtp();
      Object.assign(step.element, { session: 'old', view: createView({ phase: 'failed' }) });
      step.element.client = { session: 'seal', view };
      document.body.append(step.element);
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      await step.type('4829');
      step.element.client = { session: 'seal', view };
      await step.element.updateComplete;
      await nextFrame();
      expect([requests.length, step.input.value]).to.deep.equal([0, '4829']);
    });
  });

  describe('a renewed session', () => {
    it('with the view that was rendered already: the field, its digits and the focus stay, and no code is announced', async () => {
      const view = createView({ phase: 'ready' });
      const open = awaitingOtp({ resendInSeconds: 30 });
      const requests = stubBackend(open, open);
      step.element.client = { session: 'first', view };
      await step.connect();
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      await step.type('4829');
      const { length } = step.announcements;
      step.element.client = { session: 'renewed', view };
      await waitUntil(() => requests.at(-1) === '/plural/payment renewed', 'the question');
      await nextFrame();
      expect([step.input.value, document.activeElement === step.input]).to.deep.equal(['4829', true]);
      expect(requests.filter((request) => request.includes('generate'))).to.have.length(1);
      expect(step.announcements.slice(length).join('|')).not.to.match(/Requesting|OTP sent/);
    });

    it('a view serves as the first one once: another step with it asks the backend', async () => {
      const requests = stubBackend(awaitingOtp(), awaitingOtp());
      const client = { session: 'seal', view: awaitingOtp({ resendInSeconds: 30 }) };
      step.element.client = client;
      document.body.append(step.element);
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      expect(requests).to.have.length(0);
      const other = new Step();
      other.element.client = client;
      document.body.append(other.element);
      await waitUntil(() => requests.length, 'the question');
      other.element.remove();
      expect(requests).to.deep.equal(['/plural/payment seal']);
    });
  });

  describe('manual', () => {
    it('begun, removed and put back a task later: the step goes on', async () => {
      step.element.manual = true;
      await step.mount();
      step.query('[part~=start]').click();
      await (await step.backend.call(0)).respond(awaitingOtp());
      await step.type('482913');
      step.element.remove();
      await nextFrame();
      document.body.append(step.element);
      await (await step.backend.call(1)).respond(awaitingOtp());
      step.input.focus();
      await step.press('Enter');
      expect(step.backend.calls.at(-1)).to.include({ name: 'submit', otp: '482913' });
    });

    it('begun, then given a renewed session of the same payment: goes on; of another one: waits for its button', async () => {
      const requests = stubBackend(awaitingOtp(), awaitingOtp());
      step.element.manual = true;
      step.element.client = { session: 'first' };
      document.body.append(step.element);
      step.element.start();
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      step.element.client = { session: 'renewed', view: awaitingOtp() };
      await step.element.updateComplete;
      step.element.check();
      await waitUntil(() => requests.includes('/plural/payment renewed'), 'the question');
      step.element.client = { session: 'other', view: createView({ phase: 'ready', reference: 'ZZ11-0000' }) };
      await waitUntil(() => step.findButton('start'), 'the button');
      await nextFrame();
      expect(requests.some((request) => request.endsWith('other'))).to.equal(false);
    });

    for (const [title, hasView] of [
      ['alone', false],
      ['with the view that was used already', true],
    ] as const) {
      it(`begun, then given a renewed session ${title}: a poll tells that the step goes on`, async () => {
        const view = createView({ phase: 'ready' });
        const requests = stubBackend(awaitingOtp(), awaitingOtp(), rejectedOtp(1));
        step.element.manual = true;
        step.element.client = { session: 'first', view };
        document.body.append(step.element);
        step.element.start();
        await waitUntil(() => step.element.querySelector('input'), 'the field');
        step.element.client = { session: 'renewed', ...(hasView && { view }) };
        await waitUntil(() => requests.includes('/plural/payment renewed'), 'the poll');
        await step.type('111111');
        await waitUntil(() => !step.query('[part~=submit]').hasAttribute('aria-disabled'), 'the button');
        await step.press('Enter');
        await waitUntil(() => step.errorText, 'the rejection');
        expect(requests).to.deep.equal([
          '/plural/otp/generate first',
          '/plural/payment renewed',
          '/plural/otp/submit renewed',
        ]);
      });
    }

    it('begun, then given a session of another payment alone: a poll finds it, and the OTP waits for the button', async () => {
      const view = createView({ phase: 'ready' });
      const other = { reference: 'ZZ11-0000' };
      const requests = stubBackend(awaitingOtp(), createView({ phase: 'ready', ...other }), awaitingOtp(other));
      step.element.manual = true;
      step.element.client = { session: 'first', view };
      document.body.append(step.element);
      step.element.start();
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      step.element.client = { session: 'other' };
      await waitUntil(() => step.findButton('start'), 'the button');
      await nextFrame();
      expect(requests).to.deep.equal(['/plural/otp/generate first', '/plural/payment other']);
      step.query('[part~=start]').click();
      await waitUntil(() => requests.length > 2, 'the request');
    });

    it('begun, then given another session: a press before its first response is answered in words', async () => {
      const view = createView({ phase: 'ready' });
      stubBackend(awaitingOtp(), new Promise(() => {}));
      step.element.manual = true;
      step.element.client = { session: 'first', view };
      await step.connect();
      step.element.start();
      await waitUntil(() => step.element.querySelector('input'), 'the field');
      await step.type('482913');
      step.element.client = { session: 'renewed' };
      await step.element.updateComplete;
      await step.press('Enter');
      await waitUntil(() => step.announcements.join().includes('One moment, please.'), 'the answer in speech');
      expect(step.visibleText).to.contain('One moment, please.');
    });
  });

  describe('misuse is told once, as an event and in the console, with what to do', () => {
    const getErrors = (): string[] =>
      step.events
        .filter(({ type }) => type === 'plural-otp-error')
        .map(({ detail }) => (detail as { message: string }).message);

    it('a client without a session, as the whole response of startPayment is', async () => {
      Object.assign(step.element, { client: { orderId: 'v1-1', client: { session: 'seal' } } });
      document.body.append(step.element);
      await step.element.updateComplete;
      step.element.requestUpdate();
      await step.element.updateComplete;
      expect(getErrors()).to.deep.equal(['"client" has no session: set what startPayment returned']);
      expect(logged.filter((text) => text.includes('"client" has no session'))).to.have.length(1);
    });

    it('an object that a framework wrote as an attribute, because the element was not defined yet', async () => {
      step.element.setAttribute('view', '[object Object]');
      document.body.append(step.element);
      await waitUntil(() => getErrors().length, 'the event');
      expect(getErrors()).to.deep.equal(['"view" became an attribute: import the element first']);
    });

    it('the same attribute is no mistake when the framework that wrote it on a server sets the property as it hydrates', async () => {
      const timers: (() => void)[] = [];
      restores.push(stub(globalThis, 'setTimeout', (run: () => void) => timers.push(run) as never));
      step.element.setAttribute('messages', '[object Object]');
      document.body.append(step.element);
      await step.element.updateComplete;
      step.element.messages = { titlePlain: 'OTP' };
      for (const run of timers.splice(0)) run();
      expect(getErrors()).to.deep.equal([]);
    });

    it('a view without a session: a press is answered, and the developer hears why it does nothing', async () => {
      step.element.view = awaitingOtp();
      await step.connect();
      expect(step.visibleText).not.to.contain('One moment');
      await step.type('482913');
      for (const part of ['submit', 'resend', 'cancel']) step.findButton(part)?.click();
      await waitUntil(() => step.visibleText.includes('One moment, please.'), 'the answer in sight');
      await waitUntil(() => step.announcements.join().includes('One moment, please.'), 'the answer in speech');
      expect(getErrors()).to.have.length(1);
      expect(getErrors()[0]).to.contain('there is no session: set "client"');
    });

    it('an endpoint that is not the handler’s', async () => {
      restores.push(stub(globalThis, 'fetch', async () => new Response('<!doctype html>', { status: 404 })));
      step.element.endpoint = '/wrong';
      step.element.session = 'seal';
      document.body.append(step.element);
      await waitUntil(() => getErrors().length, 'the event');
      expect(getErrors().join()).to.contain('HTTP 404').and.to.contain('check endpoint').and.not.to.contain('seal');
    });

    it('a phase newer than the script: drawn as confirming, with the bank’s page', async () => {
      await step.start({ ...createView({ phase: 'confirming' }), phase: 'approving' as never });
      expect(step.visibleText).to.contain('is confirming the payment');
      expect(Boolean(step.findButton('bank'))).to.equal(true);
      expect(getErrors().join()).to.contain('unknown approving');
    });
  });

  it('ready: emitted once for a payment, when there is more to see than that it waits', async () => {
    const count = (): number => step.events.filter(({ type }) => type === 'plural-otp-ready').length;
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    expect(count()).to.equal(0);
    await (await step.backend.call(1)).respond(awaitingOtp());
    await step.element.updateComplete;
    expect(count()).to.equal(1);
    await (await step.submit('482913')).respond(createView({ phase: 'confirming' }));
    expect(count()).to.equal(1);
  });

  it('otplength and webotp, as frameworks write them before the element is defined, count as their attributes', async () => {
    step.element.setAttribute('otplength', '6');
    step.element.setAttribute('webotp', '');
    expect([step.element.otpLength, step.element.webOtp]).to.deep.equal([6, true]);
  });

  for (const [messages, amount] of [
    [{ money: 'en_IN' }, '₹1,250.00'],
    [{ language: 'hi_IN' }, '₹1,250.00'],
    [{ money: 'no such tag', language: '' }, '₹1,250.00'],
  ] as const) {
    it(`messages with ${JSON.stringify(messages)}: the field is shown, and the amount as usual`, async () => {
      step.element.messages = messages;
      await step.start(awaitingOtp({ resendInSeconds: 30 }));
      expect(step.visibleText).to.contain(amount);
      expect(Boolean(step.input)).to.equal(true);
    });
  }
});
