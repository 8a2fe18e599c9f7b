/** Every promise that walks check, and the promise of the README it belongs to. */

interface CheckedPromise {
  /** Promise of the README, by its first words; absent for what follows from all of them. */
  readonly of?: string;
  /** The rule, in one sentence. */
  readonly rule: string;
}

const table = {
  'verdict-follows-order': {
    of: 'An accepted OTP is not a payment.',
    rule: 'No verdict says anything but what the bank did: no `paid` before the money is taken, none for another amount.',
  },
  'one-payable-payment': {
    of: 'At-most-once side effects.',
    rule: 'No payment is created next to one that may still be paid, unless `evenIfUndecided` asks for it, and never next to a paid one.',
  },
  'bounded-submits': {
    of: 'At-most-once side effects.',
    rule: 'At most `limits.submits` OTPs of a payment reach the bank.',
  },
  'no-sms-by-itself': {
    of: 'At-most-once side effects.',
    rule: 'No more text messages are sent than the customer asked for; opening a page again asks for none.',
  },
  'key-sent-once': {
    of: 'At-most-once side effects.',
    rule: 'Each idempotency key reaches Plural at most once, and every OTP call has one.',
  },
  'reference-reads-only': {
    of: 'At-most-once side effects.',
    rule: 'Whoever knows a reference can read its payment and cause nothing.',
  },
  'newer-record-untouched': {
    of: 'At-most-once side effects.',
    rule: 'A record of a newer version is not rewritten by an older process, which would reset its counters.',
  },
  'every-payment-told': {
    of: 'At-least-once verdicts.',
    rule: 'Ten days after the last fault the merchant knows of each payment what the bank says, by sweeps alone.',
  },
  'answered-webhook-told': {
    of: 'At-least-once verdicts.',
    rule: 'A payment that is made days later is told once its webhook was answered with 2xx.',
  },
  'deliveries-never-overlap': {
    of: 'At-least-once verdicts.',
    rule: 'No two hooks run for one payment at a time.',
  },
  'recorded-verdict-not-repeated': {
    of: 'At-least-once verdicts.',
    rule: 'A verdict whose success was recorded is not delivered again.',
  },
  'effect-exactly-once': {
    of: 'At-least-once verdicts.',
    rule: 'Where the store has transactions, what a hook does by `query` takes effect exactly once.',
  },
  'sweep-comes-to-rest': {
    of: 'At-least-once verdicts.',
    rule: 'On the last of the ten days no order is checked any more.',
  },
  'claimed-by-one-sweep': {
    of: 'At-least-once verdicts.',
    rule: 'A record that a sweep claimed is given to no other before that claim ends, unless it was saved meanwhile.',
  },
  'records-readable-and-small': {
    of: 'At-least-once verdicts.',
    rule: 'Every saved record is JSON of at most 8 KiB.',
  },
  'records-expire': { rule: 'After 130 days the store holds nothing.' },
  'no-secret-leaks': {
    of: 'No secret leaks.',
    rule: 'No OTP, card number, CVV, client secret or token is in any string of the store, events, problems, responses, URLs, errors or their stacks.',
  },
  'no-unhandled-rejection': { rule: 'No promise is rejected without anybody to handle it.' },
} as const satisfies Readonly<Record<string, CheckedPromise>>;

/** Name of a promise that walks check. */
export type PromiseName = keyof typeof table;

/** All promises that walks check. */
export const promises: Readonly<Record<PromiseName, CheckedPromise>> = table;
