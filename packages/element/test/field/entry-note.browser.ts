import { expect } from '@open-wc/testing';
import { paste } from '../support/devices.ts';
import { awaitingOtp, nextFrame, rejectedOtp, Step, waitUntil } from '../support/harness.ts';
import { stub } from '../support/stub.ts';

describe('the note on how a code was entered', () => {
  let step: Step;
  const restores: (() => void)[] = [];
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => {
    step.element.remove();
    for (const restore of restores.splice(0)) restore();
  });
  const send = async (): Promise<unknown> => {
    const before = step.backend.count('submit');
    step.element.submit();
    await waitUntil(() => step.backend.count('submit') > before, 'the submit');
    return step.backend.calls.at(-1)?.entry;
  };

  it('is typed for keys', async () => {
    await step.start();
    await step.type('482913');
    expect(await send()).to.deep.include({ by: 'typed', firstKeySeconds: 0, hiddenSeconds: 0 });
  });

  it('is pasted for a paste, and edited when keys then change it', async () => {
    await step.start();
    await paste('482 913', step.input);
    expect(await send()).to.deep.include({ by: 'pasted' });
    expect(step.backend.calls.at(-1)?.entry?.edited).to.equal(undefined);
    await step.backend.calls.at(-1)?.respond(rejectedOtp(1));
    step.input.focus();
    step.input.setSelectionRange(6, 6);
    await step.press('Backspace');
    await step.type('4');
    expect(step.input.value).to.equal('482914');
    expect(await send()).to.deep.include({ by: 'pasted', edited: true });
  });

  it('is typed again for a rejected code that keys replace', async () => {
    await step.start();
    await paste('482913', step.input);
    await send();
    await step.backend.calls.at(-1)?.respond(rejectedOtp(1));
    step.input.select();
    await step.type('482914');
    const note = await send();
    expect(note).to.deep.include({ by: 'typed' });
    expect(JSON.stringify(note)).not.to.contain('edited');
  });

  it('is filled for autofill, which sets the whole value in one event', async () => {
    await step.start();
    step.input.value = '482913';
    step.input.dispatchEvent(new Event('input', { bubbles: true }));
    expect(await send()).to.deep.include({ by: 'filled' });
  });

  it('is message for a code that the browser read from a text message', async () => {
    const get = async (): Promise<unknown> => ({ code: '482913' });
    restores.push(stub(globalThis, 'OTPCredential', Object), stub(navigator, 'credentials', { get }));
    step.element.webOtp = true;
    await step.start();
    await waitUntil(() => step.input.value, 'the code');
    expect(await send()).to.deep.include({ by: 'message' });
  });

  it('counts the seconds to the first key, and those in which the page was hidden', async () => {
    let nowMs = 1_000_000;
    await step.mount();
    restores.push(stub(performance, 'now', () => nowMs));
    await (await step.backend.call(0)).respond(awaitingOtp());
    await step.element.updateComplete;
    let isHidden = false;
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
    restores.push(() => Reflect.deleteProperty(document, 'hidden'));
    for (const [hidden, atMs] of [
      [true, 1_004_000],
      [false, 1_013_000],
    ] as const) {
      nowMs = atMs;
      isHidden = hidden;
      document.dispatchEvent(new Event('visibilitychange'));
    }
    nowMs = 1_015_400;
    step.input.value = '482913';
    step.input.dispatchEvent(new Event('input', { bubbles: true }));
    nowMs = 1_090_000;
    for (const restore of restores.splice(0)) restore();
    await nextFrame();
    expect(await send()).to.deep.include({ firstKeySeconds: 15, hiddenSeconds: 9 });
  });

  it('tells with the first code how long the field took to take digits, from the first request on', async () => {
    let nowMs = 1_000_000;
    restores.push(stub(performance, 'now', () => nowMs));
    await step.mount();
    await step.backend.call(0);
    nowMs += 350.4;
    await (await step.backend.call(0)).respond(awaitingOtp());
    await step.element.updateComplete;
    nowMs += 9_000;
    for (const restore of restores.splice(0)) restore();
    await paste('482913', step.input);
    expect(await send()).to.deep.include({ usableMs: 350 });
    await step.backend.calls.at(-1)?.respond(rejectedOtp(1));
    step.element.resend();
    await (await step.backend.call(step.backend.calls.length - 1)).respond(awaitingOtp());
    await step.element.updateComplete;
    await paste('739146', step.input);
    expect(await send()).not.to.have.property('usableMs');
  });

  it('holds nothing else, and no digit of the code', async () => {
    await step.start();
    await paste('482913', step.input);
    const note = (await send()) as object;
    expect(['by', 'edited', 'firstKeySeconds', 'hiddenSeconds', 'usableMs']).to.include.members(Object.keys(note));
    expect(JSON.stringify(note)).not.to.contain('4829');
  });

  it('goes with the report that the page is left while a code is awaited; no-notes sends neither', async () => {
    await step.start();
    await step.type('48');
    dispatchEvent(new PageTransitionEvent('pagehide'));
    const call = step.backend.calls.at(-1);
    expect([call?.name, call?.to]).to.deep.equal(['leave', 'away']);
    expect(call?.entry).to.deep.include({ by: 'typed' });
    step.element.noNotes = true;
    dispatchEvent(new PageTransitionEvent('pagehide'));
    expect(step.backend.count('leave')).to.equal(1);
    await step.type('2913');
    expect(await send()).to.equal(undefined);
  });
});
