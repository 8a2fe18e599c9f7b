import { expect } from '@open-wc/testing';
import { awaitingOtp, createView, nextFrame, rejectedOtp, Step, waitUntil } from './support/harness.ts';
import { stub } from './support/stub.ts';

describe('transport and session', () => {
  let step: Step;
  const restores: (() => void)[] = [];
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => {
    step.element.remove();
    for (const restore of restores.splice(0)) restore();
  });

  it('endpoint and session: requests are POSTs below the endpoint, with the session in the body only', async () => {
    const requests: { url: string; method: string | undefined; body: unknown }[] = [];
    const responses = [createView({ phase: 'ready' }), awaitingOtp({ session: 'renewed-seal' }), rejectedOtp(1)];
    restores.push(
      stub(globalThis, 'fetch', async (url: string, { method, body }: RequestInit) => {
        requests.push({ url, method, body: JSON.parse(body as string) as unknown });
        return new Response(JSON.stringify(responses[requests.length - 1]));
      }),
    );
    step.element.endpoint = '/pay/otp/';
    document.body.append(step.element);
    await nextFrame();
    expect(requests, 'without a session').to.have.length(0);
    step.element.session = 'first-seal';
    await waitUntil(() => step.element.querySelector('input'), 'the field');
    await step.type('111111');
    await step.press('Enter');
    await waitUntil(() => step.errorText, 'the rejection');
    expect(requests.map(({ url, method }) => `${method} ${url}`)).to.deep.equal([
      'POST /pay/otp/payment',
      'POST /pay/otp/otp/generate',
      'POST /pay/otp/otp/submit',
    ]);
    expect(requests[0]?.body).to.deep.equal({ session: 'first-seal' });
    expect(requests[2]?.body).to.include({ session: 'renewed-seal', otp: '111111' });
  });

  it('start() right after the source was set starts that source, before or after the element is connected', async () => {
    step.element.manual = true;
    step.element.transport = step.backend;
    step.element.start();
    document.body.append(step.element);
    expect((await step.backend.call(0)).name).to.equal('payment');

    const other = new Step();
    step.element.transport = other.backend;
    step.element.start();
    expect((await other.backend.call(0)).name, 'new source').to.equal('payment');
    expect(step.backend.calls, 'previous source').to.have.length(1);
  });

  it('start() before there is a source starts the first source', async () => {
    step.element.manual = true;
    document.body.append(step.element);
    await nextFrame();
    step.element.start();
    await nextFrame();
    step.element.transport = step.backend;
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('removing manual starts the step', async () => {
    step.element.manual = true;
    await step.mount();
    await nextFrame();
    expect(step.backend.calls).to.have.length(0);
    step.element.manual = false;
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('a view without a source is rendered without a request', async () => {
    let requested = 0;
    restores.push(stub(globalThis, 'fetch', async () => new Response(String(++requested), { status: 500 })));
    step.element.view = awaitingOtp();
    document.body.append(step.element);
    await waitUntil(() => step.element.querySelector('input'), 'the field');
    await step.type('4829');
    expect(step.visibleText).to.contain('Nilgiri Leaf');
    step.element.view = createView({ phase: 'authorized' });
    await waitUntil(() => step.visibleText.includes('Payment confirmed'), 'another view');
    expect(requested).to.equal(0);
  });

  it('a view without a source keeps the typed digits when the session is set', async () => {
    const first = awaitingOtp();
    const bodies: string[] = [];
    restores.push(
      stub(globalThis, 'fetch', async (_: string, { body }: RequestInit) => {
        bodies.push(body as string);
        return new Response(JSON.stringify(rejectedOtp(1)));
      }),
    );
    step.element.view = first;
    document.body.append(step.element);
    await waitUntil(() => step.element.querySelector('input'), 'the field');
    await step.type('4829');
    step.element.session = 'seal';
    await nextFrame();
    expect(step.input.value).to.equal('4829');
    await step.press('Enter');
    await waitUntil(() => step.errorText, 'the rejection');
    expect(bodies.map((body) => (JSON.parse(body) as { otp?: string }).otp)).to.deep.equal(['4829']);
  });

  it('endpoint: a URL object is accepted, and removing it restores /plural', async () => {
    const urls: string[] = [];
    restores.push(
      stub(globalThis, 'fetch', async (url: string) => {
        urls.push(url);
        return new Response('', { status: 500 });
      }),
    );
    step.element.setAttribute('endpoint', '/pay');
    step.element.session = 'seal';
    document.body.append(step.element);
    await waitUntil(() => urls.length === 1, 'the first');
    Object.assign(step.element, { endpoint: new URL('https://shop.example/otp') });
    await waitUntil(() => urls.length === 2, 'the URL');
    step.element.removeAttribute('endpoint');
    await waitUntil(() => urls.length === 3, 'the default');
    expect(urls).to.deep.equal(['/pay/payment', 'https://shop.example/otp/payment', '/plural/payment']);
  });

  it('the code is in no URL, storage, cookie, attribute, title or console line', async () => {
    const logged: unknown[] = [];
    for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      restores.push(stub(console, name, (...words: unknown[]) => void logged.push(...words)));
    }
    await step.start();
    await (await step.submit('482913')).respond(rejectedOtp(1));
    await (await step.submit('731946')).respond(createView({ phase: 'failed' }));
    const places = [
      location.href,
      JSON.stringify(history.state),
      JSON.stringify(Object.entries(localStorage)),
      JSON.stringify(Object.entries(sessionStorage)),
      document.cookie,
      document.title,
      step.element.outerHTML,
      step.root.innerHTML,
      logged.map(String).join(' '),
    ];
    expect(places.join(' ')).not.to.match(/482913|731946/);
  });
});
