/** Swarm testing: each walk draws which faults it has and how often, some of them never. */
import type { Random } from '../runtime/seed.ts';

/** Every kind of fault, with what it does. */
export const faultKinds = {
  storeRefused: 'the store rejects a call without doing it',
  storeLost: 'the store does a call, and its answer is lost',
  storeLate: 'the store does a call seconds later',
  storeHung: 'the store never answers',
  storeRepeated: 'the driver repeats a call that took effect and answers with the second result',
  pluralLostBefore: 'a call to Plural is lost on its way there',
  pluralLostAfter: 'a call takes effect at Plural and its answer is lost',
  pluralLate: 'a call to Plural takes up to a minute',
  pluralHung: 'a call takes effect at Plural and is never answered',
  pluralBusy: 'Plural answers 429 and does nothing',
  pluralFailed: 'Plural answers 5xx and does nothing',
  pluralFailedAfter: 'Plural answers 5xx although the call took effect',
  pluralStale: 'Plural answers an order read from a copy that is seconds old',
  pluralNonsense: 'Plural does a call and answers with nonsense',
  browserLostBefore: 'a request of the customer is lost on its way to the shop',
  browserLostAfter: "the shop's answer to the customer is lost",
  browserRepeated: 'a request of the customer arrives twice',
  browserLate: 'a request of the customer takes seconds',
  webhookLost: 'a webhook never arrives',
  webhookDoubled: 'a webhook arrives twice',
  webhookLate: 'a webhook arrives minutes or hours later',
  returnLost: 'the customer never comes back from the bank',
  hookThrows: "the merchant's hook throws and has done nothing",
  hookThrowsAfter: "the merchant's hook does its work and throws",
  hookSlow: "the merchant's hook takes seconds",
  hookHangs: "the merchant's hook hangs",
  hookDeaf: "the merchant's hook hangs and ignores its signal",
  observerThrows: 'onEvent, onProblem or onReturn throws',
  kill: 'a process is killed between two awaits',
} as const;

export type FaultKind = keyof typeof faultKinds;

/** Every kind of event that the environment brings about by itself. */
export const environmentKinds = {
  storeOutage: 'the store is away for seconds to minutes',
  pluralOutage: 'Plural is away for seconds to minutes',
  clockJump: 'the clock of one process jumps',
  deploy: 'a process of a newer version starts, or is rolled back',
  restart: 'a process is restarted',
  bankReverses: 'a declined payment turns out paid',
  bankWaits: 'the bank decides hours later',
  bankChangesAmount: 'the bank takes another amount',
  merchantCancels: 'the merchant cancels the order at Plural',
  merchantCaptures: 'the merchant captures an authorized payment, in full or in part',
  merchantRefunds: 'the merchant refunds a payment, in full or in part',
  replay: 'an old return is sent again',
} as const;

export type EnvironmentKind = keyof typeof environmentKinds;

/** The character of one walk. */
export interface Swarm {
  /** Probability of each fault per call, 0 to 1. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** Relative frequency of each event of the environment. */
  readonly environment: Readonly<Record<EnvironmentKind, number>>;
  readonly isolates: number;
  /** Number of processes that have no `onVerdict`, and so tell nobody. */
  readonly silentIsolates: number;
  /** The kit's store in memory, one that keeps the versions it is given, or one with transactions as well. */
  readonly store: 'memory' | 'versions' | 'transactions';
  readonly customers: number;
  readonly steps: number;
  readonly limits: {
    readonly submits: number;
    readonly resends: number;
    readonly activeMinutes: number;
    readonly maxMinutes: number;
    readonly orderReadEverySeconds: number;
  };
  /** Settings of the sandbox that change how it answers. */
  readonly sandbox: {
    readonly webhookMode:
      | 'normal'
      | 'never'
      | 'duplicate'
      | 'outOfOrder'
      | 'wrongSignature'
      | 'lateTimestamp'
      | 'camelCase';
    readonly orderAfterLastOtp: 'ATTEMPTED' | 'FAILED';
    readonly orderAfterLinking: 'PENDING' | 'CREATED';
    readonly duplicates: 'existing' | 'reject';
    readonly returnMethod: 'POST' | 'GET';
    readonly otpAttempts: number;
  };
}

const rates = [0.01, 0.03, 0.1, 0.25] as const;
// Hooks, webhooks and returns are few in a walk, so their faults are frequent; a killed process ends all it did.
const ratesOfFew = [0.1, 0.3, 0.6] as const;
const ratesOfKills = [0.002, 0.005, 0.02] as const;

const ratesOf = (kind: string): readonly number[] =>
  kind === 'kill' ? ratesOfKills : /^(?:hook|webhook|return)/.test(kind) ? ratesOfFew : rates;

/** Draws the character of a walk. */
export function drawSwarm(random: Random): Swarm {
  // One walk in eight is calm, so that promises are also checked where nothing goes wrong.
  const isCalm = random.chance(1 / 8);
  const faults = Object.fromEntries(
    Object.keys(faultKinds).map((kind) => {
      const rate = random.pick(ratesOf(kind));
      return [kind, random.chance(0.72) || isCalm ? 0 : rate];
    }),
  ) as Record<FaultKind, number>;
  const environment = Object.fromEntries(
    Object.keys(environmentKinds).map((kind) => [
      kind,
      random.chance(0.6) || isCalm ? 0 : random.integer(1, /^(?:bankR|merchantC|merchantR|replay)/.test(kind) ? 4 : 2),
    ]),
  ) as Record<EnvironmentKind, number>;
  const activeMinutes = random.pick([1, 5, 15]);
  const isolates = random.integer(2, 5);
  return {
    faults,
    environment,
    isolates,
    silentIsolates: random.chance(0.25) ? random.integer(1, isolates - 1) : 0,
    store: random.pick(['memory', 'memory', 'versions', 'transactions']),
    customers: random.pick([1, 1, 1, 2, 2, 3]),
    steps: random.integer(20, 90),
    limits: {
      submits: random.pick([1, 2, 2, 3, 5]),
      resends: random.integer(0, 3),
      activeMinutes,
      maxMinutes: activeMinutes * random.pick([1, 4]),
      orderReadEverySeconds: random.pick([0, 1, 5]),
    },
    sandbox: {
      webhookMode: random.weighted([
        [6, 'normal'],
        [2, 'never'],
        [1, 'duplicate'],
        [1, 'outOfOrder'],
        [1, 'wrongSignature'],
        [1, 'lateTimestamp'],
        [1, 'camelCase'],
      ]),
      orderAfterLastOtp: random.pick(['ATTEMPTED', 'FAILED']),
      orderAfterLinking: random.pick(['PENDING', 'CREATED']),
      duplicates: random.pick(['existing', 'reject']),
      returnMethod: random.pick(['POST', 'GET']),
      otpAttempts: random.integer(1, 8),
    },
  };
}
