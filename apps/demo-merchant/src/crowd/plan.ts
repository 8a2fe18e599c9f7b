/** The simulated customers of a crowd: who comes when, with which card, and what they do. Pure, by a seed. */

/** Way in which a customer goes on once an OTP was requested. */
export type Manner = 'submits' | 'cancels' | 'leaves' | 'goesToBank' | 'isTyping';

/** Simulated customer. */
export interface CrowdCustomer {
  readonly startMs: number;
  readonly teaId: string;
  readonly quantity: number;
  /** Cards to pay with, one after another while payments fail. Empty for a customer who only looks. */
  readonly cardIds: readonly string[];
  /** True to reserve the amount and have it captured later. */
  readonly isReserving: boolean;
  readonly manner: Manner;
  /** Number of wrong OTPs before the right one. */
  readonly wrongOtps: number;
  /** True for a payment that the bank declines after the right OTP. */
  readonly isDeclined: boolean;
  /** True for a customer who asks for another OTP first. */
  readonly isResending: boolean;
  readonly entryBy: 'typed' | 'pasted' | 'filled' | 'message';
  readonly typingSeconds: number;
  /** True for a customer who does not come back from the bank's page. */
  readonly isLostAtBank: boolean;
}

/** A random source of numbers from 0 to 1, the same for each seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Chance of each hour of the day in India: few at night, most in the evening. */
const hours = [2, 1, 1, 0, 0, 1, 2, 4, 6, 8, 10, 10, 11, 10, 9, 9, 9, 10, 12, 14, 15, 13, 8, 4];

/** Cards with their share of customers; the sandbox's bank of each is named behind it. */
const cards: readonly (readonly [cardId: string, weight: number])[] = [
  ['pays', 30], // HDFC
  ['quick-resend', 22], // ICICI
  ['debit', 12], // SBI
  ['rupay', 8], // SBI
  ['fee', 9], // KOTAK
  ['bank-page-only', 13], // AXIS
  ['international', 3],
  ['no-funds', 2], // HDFC
  ['risk', 1], // HDFC
];
const teas = ['winter-frost', 'shola-oolong', 'kitchen-masala'] as const;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const indiaMs = 5.5 * hourMs;
/** Customers who are at the step when the crowd ends. */
const typingAtTheEnd = 5;

const startOfDay = (ms: number): number => Math.floor((ms + indiaMs) / dayMs) * dayMs - indiaMs;

/** The trouble that is planted: HDFC's messages do not arrive on one evening. */
export function plantedTrouble(nowMs: number): { readonly fromMs: number; readonly untilMs: number } {
  const today = startOfDay(nowMs);
  return { fromMs: today - 2 * dayMs + 18 * hourMs, untilMs: today - 2 * dayMs + 21 * hourMs };
}

/** Plans the customers of the seven days up to `nowMs`, in the sequence in which they come. */
export function planCrowd(seed: number, count: number, nowMs: number): CrowdCustomer[] {
  const random = createRandom(seed);
  const has = (chance: number): boolean => random() < chance;
  const trouble = plantedTrouble(nowMs);
  const firstMs = startOfDay(nowMs) - 6 * dayMs;
  const lastMs = nowMs - 20 * 60_000;
  const pickTime = (): number => {
    for (;;) {
      const atMs = Math.round(firstMs + random() * (lastMs - firstMs));
      const hour = Math.floor(((atMs + indiaMs) % dayMs) / hourMs);
      const isBusy = atMs >= trouble.fromMs && atMs < trouble.untilMs;
      if (random() * 30 < (hours[hour] ?? 0) * (isBusy ? 2 : 1)) return atMs;
    }
  };
  const pickCard = (): string => {
    let left = random() * cards.reduce((sum, [, weight]) => sum + weight, 0);
    return cards.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 'pays';
  };
  const plan = (startMs: number, isLast: boolean): CrowdCustomer => {
    const first = pickCard();
    const isTroubled = first === 'pays' && startMs >= trouble.fromMs && startMs < trouble.untilMs;
    const isState = first === 'debit' || first === 'rupay';
    const manner: Manner = isLast
      ? 'isTyping'
      : isTroubled
        ? ((['leaves', 'leaves', 'leaves', 'cancels', 'goesToBank'] as const)[Math.floor(random() * 5)] ?? 'leaves')
        : has(0.05)
          ? 'leaves'
          : has(0.03)
            ? 'cancels'
            : has(0.04)
              ? 'goesToBank'
              : 'submits';
    return {
      startMs,
      teaId: teas[Math.floor(random() * teas.length)] ?? 'winter-frost',
      quantity: has(0.6) ? 1 : 2 + Math.floor(random() * 3),
      cardIds: !isLast && has(0.11) ? [] : [isTroubled ? 'sms-lost' : first, ...(has(0.5) ? [pickCard()] : [])],
      isReserving: has(0.08),
      manner,
      wrongOtps: has(isState ? 0.14 : 0.07) ? (has(0.15) ? 3 : 1) : 0,
      isDeclined: has(first === 'quick-resend' ? 0.07 : 0.02),
      isResending: isTroubled || has(0.05),
      entryBy: has(0.55) ? 'typed' : has(0.55) ? 'filled' : has(0.5) ? 'pasted' : 'message',
      typingSeconds: (6 - Math.log(1 - random()) * 8) * (isState ? 2.6 : 1),
      isLostAtBank: has(0.2),
    };
  };
  const early = Array.from({ length: count - typingAtTheEnd }, pickTime).toSorted((one, other) => one - other);
  const late = Array.from({ length: typingAtTheEnd }, (_, index) => nowMs - (typingAtTheEnd - index) * 110_000);
  return [...early.map((startMs) => plan(startMs, false)), ...late.map((startMs) => plan(startMs, true))];
}
