/**
 * Seeds that reach what once went wrong, or what a planted bug breaks, each with what there is to see. A change of
 * `walk/plan.ts`, `walk/swarm.ts` or an actor gives seeds other walks: then find each mistake again by its planted bug.
 */

/** A walk that is taken again with every run of the tests. */
export interface CorpusEntry {
  readonly seed: number;
  readonly reason: string;
}

/** All kept seeds. */
export const corpus: readonly CorpusEntry[] = [
  { seed: 1, reason: 'a verdict that only the sweep delivers, with a process that has no onVerdict' },
  { seed: 3, reason: 'an OTP beyond the limit, a start next to an open payment, a webhook days later' },
  { seed: 6, reason: 'an order that only a later check finds cancelled, under lost calls to Plural' },
  { seed: 7, reason: 'two saves of the same record at the same time' },
  { seed: 12, reason: 'the holder of a reference who tries to request an OTP' },
  { seed: 17, reason: 'a record of a newer version that an older process reads' },
  { seed: 27, reason: 'a bank that takes another amount than the order names' },
  { seed: 33, reason: 'a hook that throws, and nobody who asks again but the sweep' },
  { seed: 39, reason: 'a submit whose answer is lost after the bank has accepted it' },
  { seed: 63, reason: 'two starts with different references at the same time' },
  { seed: 128, reason: 'a verdict found by two requests while the first hook still runs' },
  { seed: 67, reason: 'an attempt of unknown outcome, and a customer who tries again' },
  { seed: 78, reason: 'a page opened again while the first OTP is already on the phone' },
  { seed: 130, reason: 'a form that is posted twice, the second time after the first OTP was rejected' },
];
