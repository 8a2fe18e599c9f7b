import { expect } from '@open-wc/testing';
import { awaitingOtp, createView, rejectedOtp, Step } from '../support/harness.ts';

const getEventNames = (step: Step): string[] => step.events.map(({ type }) => type.replace('plural-otp-', ''));

describe('events and host', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('has a custom state from the beginning', async () => {
    expect(step.element.matches(':state(idle)')).to.equal(true);
    await step.start();
    expect(step.element.matches(':state(idle)'), 'later').to.equal(false);
  });

  it('no event carries the code', async () => {
    await step.start();
    await (await step.submit('482913')).respond(rejectedOtp(1));
    await (await step.submit('731946')).respond(createView({ phase: 'failed' }));
    expect(getEventNames(step)).to.include('failed');
    expect(JSON.stringify(step.events.map(({ detail }) => detail as unknown))).not.to.match(/482913|731946/);
  });

  it('every event bubbles and crosses shadow roots', async () => {
    await step.start();
    for (const { bubbles, composed } of step.events) expect([bubbles, composed]).to.deep.equal([true, true]);
    expect(step.events).not.to.have.length(0);
  });

  it('custom states follow the status', async () => {
    await step.start();
    expect(step.element.matches(':state(awaitingOtp)')).to.equal(true);
    await step.submit('482913');
    expect(step.element.matches(':state(submitting)')).to.equal(true);
    expect(step.element.matches(':state(awaitingOtp)')).to.equal(false);
  });

  it('marks once in the timeline when the field of a payment takes digits', async () => {
    performance.clearMarks('plural-otp:usable');
    const marks = (): number => performance.getEntriesByName('plural-otp:usable').length;
    await step.mount();
    expect(marks(), 'before a code was sent').to.equal(0);
    await (await step.backend.call(0)).respond(awaitingOtp());
    await step.element.updateComplete;
    expect(marks()).to.equal(1);
    await (await step.submit('482913')).respond(rejectedOtp(1));
    expect(marks(), 'after a rejected code').to.equal(1);
  });

  it('nothing is reflected to the host', async () => {
    await step.start();
    await (await step.submit('482913')).respond(rejectedOtp(1));
    expect(step.element.getAttributeNames()).to.deep.equal([]);
  });
});
