import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextSteps, phases, problemCodes, type PaymentView } from '../src/contract.ts';
import { createMachine, serializeState, transition } from '../src/machine.ts';
import type { Call, Machine, MachineEvent } from '../src/machine-state.ts';
import { isEnd } from '../src/machine-timing.ts';
import type { TransportResult } from '../src/flow-state.ts';

const otp = '40718293';

const view = fc.record(
  {
    phase: fc.constantFrom(...phases),
    next: fc.subarray([...nextSteps]),
    revision: fc.nat(6),
    reference: fc.constant('pay-7K2MX4QD'),
    resendInSeconds: fc.constantFrom(0, 2, 30, 900),
    pollAfterSeconds: fc.constantFrom(0, 2, 900),
    attempts: fc.record({ misses: fc.nat(3) }),
    problem: fc.record({ code: fc.constantFrom(...problemCodes) }),
    challengeUrl: fc.constant('https://acs.bank.example/'),
  },
  { requiredKeys: ['phase', 'next', 'revision', 'reference'] },
) as fc.Arbitrary<PaymentView>;

// Most final phases are filtered out, because they would end most sequences at once.
const mostlyOpenView = view.filter(
  ({ phase, next, revision }) => !isEnd({ status: phase as never, next }) || revision === 6,
);

const result: fc.Arbitrary<TransportResult | undefined> = fc.oneof(
  { weight: 6, arbitrary: mostlyOpenView.map((members) => ({ kind: 'view', view: members }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'unreachable' } as const) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('rejected' as const),
      status: fc.constantFrom(400, 401, 429, 500, 502, 503),
      problem: fc.record({ code: fc.constantFrom(...problemCodes) }),
      retryAfterSeconds: fc.constantFrom(0, 5, 1e9),
    }),
  },
);

type TestEvent =
  | { kind: 'event'; event: Exclude<MachineEvent, { type: 'result' }> }
  | { kind: 'response'; result: TransportResult | undefined; late: boolean }
  | { kind: 'advance'; seconds: number };

const plainEvent = fc.constantFrom(
  'start',
  'resend',
  'redirect',
  'cancel',
  'check',
  'visible',
  'hidden',
  'online',
  'offline',
  'restored',
  'drift',
);
const anyEvent: fc.Arbitrary<TestEvent> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<TestEvent>({ kind: 'event', event: { type: 'redirect', inTab: true } }) },
  { weight: 4, arbitrary: plainEvent.map((type): TestEvent => ({ kind: 'event', event: { type } })) },
  { weight: 2, arbitrary: fc.constant<TestEvent>({ kind: 'event', event: { type: 'submit', otp } }) },
  { weight: 5, arbitrary: result.map((ended): TestEvent => ({ kind: 'response', result: ended, late: false })) },
  { weight: 1, arbitrary: result.map((ended): TestEvent => ({ kind: 'response', result: ended, late: true })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(1, 2, 15, 30, 60).map((seconds): TestEvent => ({ kind: 'advance', seconds })),
  },
);

interface Step {
  before: Machine;
  event: MachineEvent;
  after: Machine;
  nowMs: number;
}

/** Runs the events as the flow would: one at a time, with a tick after each advance of time. */
function runEvents(initial: PaymentView | undefined, events: TestEvent[]): Step[] {
  let nowMs = 1_000_000;
  let machine = createMachine(initial, nowMs);
  let stale: Call | undefined;
  const steps: Step[] = [];
  const apply = (event: MachineEvent): void => {
    const before = machine;
    const snapshot = JSON.stringify(before);
    machine = transition(before, event, nowMs);
    expect(JSON.stringify(before)).toBe(snapshot);
    if (before.call && before.call !== machine.call) stale = before.call;
    steps.push({ before, event, after: machine, nowMs });
  };
  for (const testEvent of events) {
    if (testEvent.kind === 'event') apply(testEvent.event);
    else if (testEvent.kind === 'advance') {
      nowMs += testEvent.seconds * 1000;
      apply({ type: 'tick' });
    } else {
      const call = testEvent.late ? stale : machine.call;
      if (call) apply({ type: 'result', call, result: testEvent.result });
    }
  }
  return steps;
}

/** Checks every step of 2,000 generated runs. */
const forAllSteps = (check: (step: Step) => void): void => {
  fc.assert(
    fc.property(
      fc.option(mostlyOpenView, { nil: undefined }),
      fc.array(anyEvent, { maxLength: 60 }),
      (initial, events) => {
        for (const step of runEvents(initial, events)) check(step);
      },
    ),
    { numRuns: 2_000 },
  );
};

/** Returns the name of the call that a step began, if any. */
const startedCall = ({ before, after }: Step): Call['name'] | undefined =>
  after.call === before.call ? undefined : after.call?.name;
const waiting = new Set(['generating', 'resending', 'submitting', 'confirming']);

describe('for any sequence of events', () => {
  test('at most one call is in flight, and an action is replaced only after its deadline, by leaving for the bank page or by returning from it', () => {
    forAllSteps((step) => {
      const { before, event, nowMs } = step;
      const sent = startedCall(step);
      if (!sent || !before.call || before.call.name === 'payment' || event.type === 'result') return;
      const isBack = before.call.name === 'bank' && event.type === 'restored';
      expect(sent === 'bank' || isBack || nowMs >= before.call.deadlineMs).toBe(true);
    });
  });

  test('a submit is sent only by the customer, and never while an action is in flight', () => {
    forAllSteps((step) => {
      if (startedCall(step) !== 'submit') return;
      expect(step.event.type).toBe('submit');
      expect(step.before.call === undefined || step.before.call.name === 'payment').toBe(true);
      expect(step.before.next).toContain('submit');
      expect(step.before.online).toBe(true);
    });
  });

  test('a submit with an unknown outcome leads to confirming, or to unresolved after its deadline', () => {
    forAllSteps(({ before, event, after, nowMs }) => {
      if (event.type !== 'result' || before.call !== event.call || event.call.name !== 'submit') return;
      const { result } = event;
      const isUnknown =
        !result ||
        result.kind === 'unreachable' ||
        (result.kind === 'rejected' && result.status >= 500 && result.status !== 503);
      if (!isUnknown) return;
      const isInTime = before.wait !== undefined && nowMs < before.wait.deadlineMs;
      expect(after.status).toBe(isInTime ? 'confirming' : 'unresolved');
    });
  });

  test('a final status never changes', () => {
    forAllSteps(({ before, after }) => {
      if (!isEnd(before)) return;
      expect(after).toBe(before);
    });
  });

  test('a state that is busy names the call in flight, and every other action has no effect but leaving and polling', () => {
    forAllSteps(({ before, event, after }) => {
      const { busy } = JSON.parse(serializeState(before)) as { busy?: string };
      expect(busy === undefined || before.call !== undefined).toBe(true);
      if (before.call && before.call.name !== 'payment') expect(busy).toBeDefined();
      if (!busy || busy === 'check' || isEnd(before) || !['submit', 'resend', 'cancel'].includes(event.type)) return;
      if (before.call?.name !== 'payment') expect(after.call).toBe(before.call);
    });
  });

  test('no state contains the OTP, and only a submit carries it', () => {
    forAllSteps((step) => {
      expect(JSON.stringify(step.after)).not.toContain(otp);
      // Only the event of a submit carries the OTP, into the call that it begins.
      if (step.event.type === 'submit') expect([undefined, 'submit']).toContain(startedCall(step));
    });
  });

  test('a resend is sent only by the customer, and never before its time', () => {
    forAllSteps((step) => {
      if (startedCall(step) !== 'resend') return;
      expect(step.event.type).toBe('resend');
      expect(step.nowMs).toBeGreaterThanOrEqual(step.before.resendAtMs ?? 0);
    });
  });

  test('a final status comes from a view only', () => {
    forAllSteps(({ before, event, after }) => {
      if (isEnd(before) || !isEnd(after)) return;
      expect(event).toMatchObject({ type: 'result', result: { kind: 'view', view: { phase: after.status } } });
    });
  });

  test('every waiting status has a deadline, and a call in flight or a scheduled poll', () => {
    forAllSteps(({ after: state }) => {
      if (!state.started || !waiting.has(state.status)) return;
      expect(state.call !== undefined || state.pollAtMs !== undefined).toBe(true);
      expect(state.wait?.deadlineMs).toBeGreaterThan(0);
      expect(state.wait?.for).toBe(state.status === 'generating' || state.status === 'resending' ? 'otp' : 'verdict');
    });
  });

  test('no wait exceeds its deadline by more than a tick', () => {
    forAllSteps(({ event, after: state, nowMs }) => {
      if (event.type !== 'tick' || !state.started || !waiting.has(state.status)) return;
      expect(nowMs < (state.wait?.deadlineMs ?? 0)).toBe(true);
    });
  });

  test('the revision never decreases', () => {
    forAllSteps(({ before, after }) => {
      expect(after.revision).toBeGreaterThanOrEqual(before.revision);
    });
  });

  test('a generate is sent only for a ready payment, on a visible page, while online', () => {
    forAllSteps((step) => {
      if (startedCall(step) !== 'generate') return;
      expect(step.after.hidden ?? false).toBe(false);
      expect(step.after.online).toBe(true);
      const { event, before } = step;
      if (event.type === 'result') expect(event.result).toMatchObject({ kind: 'view', view: { phase: 'ready' } });
      else expect([event.type, before.status]).toEqual(['start', 'idle']);
    });
  });

  test('no call starts while offline', () => {
    forAllSteps((step) => {
      if (step.before.online || step.event.type === 'online') return;
      expect(startedCall(step)).toBeUndefined();
    });
  });

  test('no call starts automatically before the first one', () => {
    forAllSteps((step) => {
      if (step.before.started || !['tick', 'visible', 'online', 'restored'].includes(step.event.type)) return;
      expect(startedCall(step)).toBeUndefined();
    });
  });

  test('the public state has only the members of FlowState', () => {
    const known = new Set([
      'status',
      'next',
      'problem',
      'notice',
      'misses',
      'leftAtBank',
      'resendAtMs',
      'pollAtMs',
      'busy',
      'online',
      'reference',
      'challengeUrl',
      'display',
    ]);
    forAllSteps(({ after }) => {
      const shown = JSON.parse(serializeState(after)) as object;
      expect(Object.keys(shown).filter((key) => !known.has(key))).toEqual([]);
    });
  });
});
