import { expect } from '@open-wc/testing';
import { nextFrame, Step } from '../support/harness.ts';

describe('network', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('unreachable backend: says what to do, and its button retries', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond({ kind: 'unreachable' });
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('could not connect');
    step.findButton('start')?.click();
    expect((await step.backend.call(1)).name).to.equal('payment');
  });

  it('offline: says so and sends nothing; online again: says so', async () => {
    await step.start();
    await step.type('482913');
    dispatchEvent(new Event('offline'));
    await nextFrame();
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('You are offline');
    const off = (): boolean[] =>
      ['submit', 'resend', 'cancel'].map((part) => step.findButton(part)?.getAttribute('aria-disabled') === 'true');
    expect(off()).to.deep.equal([true, true, true]);
    await step.press('Enter');
    for (const part of ['submit', 'resend', 'cancel']) step.findButton(part)?.click();
    expect(step.backend.calls).to.have.length(1);
    expect([step.input.value, step.errorText]).to.deep.equal(['482913', '']);
    dispatchEvent(new Event('online'));
    await nextFrame();
    await step.element.updateComplete;
    expect(off()).to.deep.equal([false, false, false]);
    expect(step.visibleText).not.to.contain('You are offline');
    expect(step.announcements.join('|')).to.contain('You are offline').and.to.contain('back online');
  });
});
