/** Turns an event of a payment, which may come from another program, into facts of a row. */

import type { FlowEvent } from '@plural-otp/edge';
import { formatEntry, formatNotSent, formatVerdict, type PaymentRow } from './payment-row.ts';

/** Reason why an event was not kept. */
export type LossReason =
  | 'invalid'
  | 'unknownType'
  | 'fromTheFuture'
  | 'tooOld'
  | 'overflow'
  | 'storeFailed'
  | 'restored';

/** Facts of one event, before its reference and order are hashed. */
export interface EventFacts {
  reference: string;
  order: string;
  known: Partial<PaymentRow>;
}

const dayMs = 86_400_000;
/** Clocks of two processes may differ by this much. */
const clockToleranceMs = 300_000;
const maxMs = 30 * dayMs;

type Facts = Partial<PaymentRow>;
type Input = Readonly<Record<string, unknown>>;

const toText = (value: unknown, maxLength = 40): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined;

const toCount = (value: unknown, most = 99): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? Math.min(value as number, most) : undefined;

/** Returns a word of our own closed lists, or of a later version: letters and underscores. */
const toWord = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z_]{0,39}$/.test(value) ? value : undefined;

/** Six digits, however they are written and parted: a card, an OTP, a phone number or an address, and no bank's name. */
const secretDigits = /(?:\p{Nd}[^\p{L}\p{Nd}]*){6}/u;

/** Names an issuer or network as the report groups it: Plural also sends `NONE`, and the same name in several cases. */
export function toGroupName(value: unknown): string {
  const text = (toText(value, 100) ?? '').normalize('NFKC').trim().toUpperCase();
  const isName = /\p{L}/u.test(text) && !/[|@]/.test(text) && !secretDigits.test(text);
  return isName && text !== 'NONE' && text !== 'NULL' ? text.slice(0, 40) : 'UNKNOWN';
}

/** Returns the band of an amount: the power of two of its rupees, which tells no amount. */
function toBand(amount: unknown): number | null {
  const value = (amount as { value?: unknown } | null | undefined)?.value;
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
    ? Math.round(Math.log2(value / 100 + 1))
    : null;
}

function readEntry(entry: unknown, nth: number): string | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const note = entry as Input;
  const by = toWord(note['by']);
  if (!by) return null;
  return formatEntry(nth, {
    by,
    edited: note['edited'] === true,
    firstKeySeconds: toCount(note['firstKeySeconds'], 600),
    hiddenSeconds: toCount(note['hiddenSeconds'], 600),
    usableMs: toCount(note['usableMs'], 600_000),
  });
}

const factsByType: Readonly<Record<FlowEvent['type'], (ms: number, nth: number, event: Input) => Facts | undefined>> = {
  started: () => ({}),
  shown: (ms) => ({ shown_ms: ms }),
  otpSent: (ms, nth) => ({ sent_ms: ms, generates: nth }),
  otpNotSent: (ms, _nth, { code }) => ({ not_sent: formatNotSent(ms, toWord(code) ?? 'UNKNOWN') }),
  submitted: (ms, nth, { entry }) => ({ submitted_ms: ms, submits: nth, entry: readEntry(entry, nth) }),
  accepted: (ms, nth) => ({ accepted_ms: ms, submits: nth }),
  refused: (_ms, nth) => ({ misses: nth }),
  resent: (ms, nth) => ({ sent_ms: ms, resends: nth }),
  leftForBank: (ms) => ({ left_ms: ms }),
  returned: (ms) => ({ returned_ms: ms }),
  cancelled: (ms) => ({ cancelled_ms: ms }),
  away: (ms) => ({ away_ms: ms }),
  verdict(ms, _nth, { outcome, advice, source }) {
    const word = toWord(outcome);
    if (!word) return undefined;
    return {
      verdict: formatVerdict({ ms, outcome: word, advice: toWord(advice) ?? '', source: toWord(source) ?? '' }),
    };
  },
};

/**
 * Parses an event. Returns the reason where it cannot be kept. Unknown members are ignored, so that the events of a later
 * version are kept as far as they are known.
 */
export function parseEvent(input: unknown, nowMs: number, keepDays: number): EventFacts | LossReason {
  if (typeof input !== 'object' || input === null) return 'invalid';
  const event = input as Input;
  const { type, at, ms } = event;
  const reference = toText(event['reference'], 64);
  if (!reference || typeof type !== 'string' || !Number.isFinite(at) || !Number.isFinite(ms)) return 'invalid';
  if (!Object.hasOwn(factsByType, type)) return 'unknownType';
  // Its reference is new: as a row, it would be a second payment.
  if (event['restored'] === true) return 'restored';
  const atMs = Math.round(at as number);
  if (atMs > nowMs + clockToleranceMs) return 'fromTheFuture';
  const sinceMs = Math.round(ms as number);
  if (sinceMs > maxMs) return 'invalid';
  // A clock that was set back must not let a payment end before it began.
  const elapsedMs = Math.max(sinceMs, 0);
  // By the start, because the rows of its day are gone: the day would be counted again from this payment alone.
  if (atMs - elapsedMs < nowMs - keepDays * dayMs) return 'tooOld';
  const facts = factsByType[type as FlowEvent['type']](elapsedMs, toCount(event['nth']) ?? 1, event);
  if (!facts) return 'invalid';
  return {
    reference,
    order: toText(event['order'], 200) ?? reference,
    known: {
      attempt: toCount(event['attempt']) ?? 1,
      started_ms: atMs - elapsedMs,
      method: toWord(event['method']) ?? null,
      because: toWord(event['because']) ?? null,
      issuer: toGroupName(event['issuer']),
      network: toGroupName(event['network']),
      amount_band: toBand(event['amount']),
      ...facts,
    },
  };
}
