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

// Ends are rare in life as well: without this most sequences would be over at once.
const livelyView = view.filter(({ phase, revision }) => !isEnd(phase as never) || revision === 6);

const result: fc.Arbitrary<TransportResult | undefined> = fc.oneof(
  { weight: 6, arbitrary: livelyView.map((members) => ({ kind: 'view', view: members }) as const) },
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

type Move =
  | { kind: 'event'; event: Exclude<MachineEvent, { type: 'result' }> }
  | { kind: 'answer'; result: TransportResult | undefined; late: boolean }
  | { kind: 'pass'; seconds: number };

const plain = fc.constantFrom(
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
);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: plain.map((type): Move => ({ kind: 'event', event: { type } })) },
  { weight: 2, arbitrary: fc.constant<Move>({ kind: 'event', event: { type: 'submit', otp } }) },
  { weight: 5, arbitrary: result.map((bench): Move => ({ kind: 'answer', result: bench, late: false })) },
  { weight: 1, arbitrary: result.map((bench): Move => ({ kind: 'answer', result: bench, late: true })) },
  { weight: 3, arbitrary: fc.constantFrom(1, 2, 15, 30, 60).map((seconds): Move => ({ kind: 'pass', seconds })) },
);

interface Moment {
  before: Machine;
  event: MachineEvent;
  after: Machine;
  nowMs: number;
}

/** Plays the moves as the flow would: one event at a time, a tick after each lapse of time. */
function play(initial: PaymentView | undefined, moves: Move[]): Moment[] {
  let nowMs = 1_000_000;
  let machine = createMachine(initial, nowMs);
  let stale: Call | undefined;
  const moments: Moment[] = [];
  const take = (event: MachineEvent): void => {
    const before = machine;
    const frozen = JSON.stringify(before);
    machine = transition(before, event, nowMs);
    expect(JSON.stringify(before)).toBe(frozen);
    if (before.call && before.call !== machine.call) stale = before.call;
    moments.push({ before, event, after: machine, nowMs });
  };
  for (const bench of moves) {
    if (bench.kind === 'event') take(bench.event);
    else if (bench.kind === 'pass') {
      nowMs += bench.seconds * 1000;
      take({ type: 'tick' });
    } else {
      const call = bench.late ? stale : machine.call;
      if (call) take({ type: 'result', call, result: bench.result });
    }
  }
  return moments;
}

const holds = (check: (moment: Moment) => void): void => {
  fc.assert(
    fc.property(fc.option(livelyView, { nil: undefined }), fc.array(move, { maxLength: 60 }), (initial, moves) => {
      for (const moment of play(initial, moves)) check(moment);
    }),
    { numRuns: 2_000 },
  );
};

const sentIn = ({ before, after }: Moment): Call['name'] | undefined =>
  after.call === before.call ? undefined : after.call?.name;
const waiting = new Set(['generating', 'resending', 'submitting', 'confirming']);

describe('whatever happens, in whatever order', () => {
  test('at most one call is under way, and an act is replaced only after its limit, or by going to the bank page or coming back from it', () => {
    holds((moment) => {
      const { before, event, nowMs } = moment;
      const sent = sentIn(moment);
      if (!sent || !before.call || before.call.name === 'payment' || event.type === 'result') return;
      const isBack = before.call.name === 'bank' && event.type === 'restored';
      expect(sent === 'bank' || isBack || nowMs >= before.call.deadlineMs).toBe(true);
    });
  });

  test('no submit is sent but by the customer, nor while an act is unanswered', () => {
    holds((moment) => {
      if (sentIn(moment) !== 'submit') return;
      expect(moment.event.type).toBe('submit');
      expect(moment.before.call === undefined || moment.before.call.name === 'payment').toBe(true);
      expect(moment.before.next).toContain('submit');
      expect(moment.before.online).toBe(true);
    });
  });

  test('a submit of unknown outcome leads to confirming, or on to unresolved when its time is over', () => {
    holds(({ before, event, after, nowMs }) => {
      if (event.type !== 'result' || before.call !== event.call || event.call.name !== 'submit') return;
      const { result } = event;
      const unclear =
        !result ||
        result.kind === 'unreachable' ||
        (result.kind === 'rejected' && result.status >= 500 && result.status !== 503);
      if (!unclear) return;
      const inTime = before.wait !== undefined && nowMs < before.wait.deadlineMs;
      expect(after.status).toBe(inTime ? 'confirming' : 'unresolved');
    });
  });

  test('nothing leaves an end', () => {
    holds(({ before, after }) => {
      if (isEnd(before.status)) expect(after).toBe(before);
    });
  });

  test('no state holds the code, and only a submit carries it', () => {
    holds((moment) => {
      expect(JSON.stringify(moment.after)).not.toContain(otp);
      // The code goes with the call that its own event begins.
      if (moment.event.type === 'submit') expect([undefined, 'submit']).toContain(sentIn(moment));
    });
  });

  test('no resend is sent before its time, nor but by the customer', () => {
    holds((moment) => {
      if (sentIn(moment) !== 'resend') return;
      expect(moment.event.type).toBe('resend');
      expect(moment.nowMs).toBeGreaterThanOrEqual(moment.before.resendAtMs ?? 0);
    });
  });

  test('an end comes from a view that says so, and from nothing else', () => {
    holds(({ before, event, after }) => {
      if (isEnd(before.status) || !isEnd(after.status)) return;
      expect(event).toMatchObject({ type: 'result', result: { kind: 'view', view: { phase: after.status } } });
    });
  });

  test('whoever waits has a deadline: a call that ends, or a time to ask, and a time to go on without it', () => {
    holds(({ after: state }) => {
      if (!state.started || !waiting.has(state.status)) return;
      expect(state.call !== undefined || state.pollAtMs !== undefined).toBe(true);
      expect(state.wait?.deadlineMs).toBeGreaterThan(0);
      expect(state.wait?.for).toBe(state.status === 'generating' || state.status === 'resending' ? 'otp' : 'verdict');
    });
  });

  test('no wait outlives its deadline by more than a tick', () => {
    holds(({ event, after: state, nowMs }) => {
      if (event.type !== 'tick' || !state.started || !waiting.has(state.status)) return;
      expect(nowMs < (state.wait?.deadlineMs ?? 0)).toBe(true);
    });
  });

  test('the revision never goes back', () => {
    holds(({ before, after }) => {
      expect(after.revision).toBeGreaterThanOrEqual(before.revision);
    });
  });

  test('a generate is sent only for a ready payment, behind a visible page, with the network there', () => {
    holds((moment) => {
      if (sentIn(moment) !== 'generate') return;
      expect(moment.after.hidden ?? false).toBe(false);
      expect(moment.after.online).toBe(true);
      const { event, before } = moment;
      if (event.type === 'result') expect(event.result).toMatchObject({ kind: 'view', view: { phase: 'ready' } });
      else expect([event.type, before.status]).toEqual(['start', 'idle']);
    });
  });

  test('offline nothing new is sent but what an answer leads to', () => {
    holds((moment) => {
      if (moment.before.online || moment.event.type === 'online') return;
      expect(sentIn(moment)).toBeUndefined();
    });
  });

  test('before anything is asked for, nothing is asked by itself', () => {
    holds((moment) => {
      if (moment.before.started || !['tick', 'visible', 'online', 'restored'].includes(moment.event.type)) return;
      expect(sentIn(moment)).toBeUndefined();
    });
  });

  test('what is shown has no member beyond those of a FlowState', () => {
    const known = new Set([
      'status',
      'next',
      'problem',
      'notice',
      'misses',
      'leftAtBank',
      'resendAtMs',
      'pollAtMs',
      'online',
      'reference',
      'challengeUrl',
      'display',
    ]);
    holds(({ after }) => {
      const shown = JSON.parse(serializeState(after)) as object;
      expect(Object.keys(shown).filter((key) => !known.has(key))).toEqual([]);
    });
  });
});
