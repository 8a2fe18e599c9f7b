/** Amounts of money, in the currency's minor unit. */

import * as v from 'valibot';
import type { Schema } from './parse.ts';

/** Amount in the currency's minor unit. */
export interface Money {
  /** Paise for INR: an integer, at least 1. */
  value: number;
  /** ISO 4217, three capital letters. */
  currency: string;
}

/** Validates an amount of a request. */
export const moneySchema: Schema<Money> = v.looseObject({
  value: v.pipe(
    v.number('an integer of the minor unit, such as paise'),
    v.safeInteger('an integer of the minor unit, such as paise'),
    v.minValue(1, 'at least 1'),
  ),
  currency: v.pipe(v.string('an ISO 4217 code'), v.regex(/^[A-Z]{3}$/, 'an ISO 4217 code of three capital letters')),
});

/** Parses an amount of a response, which may be 0, and whose value may be a string of digits. */
export const reportedMoneySchema: Schema<Money> = v.looseObject({
  value: v.pipe(v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]), v.safeInteger()),
  currency: v.pipe(v.string(), v.toUpperCase()),
});

/**
 * Parses an amount that decides something. One that is there and cannot be read becomes an amount that equals none, and
 * is not left out: nothing else may be compared in its place.
 */
export const decisiveMoneySchema: Schema<Money | undefined> = v.optional(
  v.union([
    reportedMoneySchema,
    v.pipe(
      v.unknown(),
      v.transform((amount) => (amount === null ? undefined : { value: Number.NaN, currency: '' })),
    ),
  ]),
);

/** Returns true for two equal amounts; an absent one equals nothing. */
export function sameMoney(a: Money | undefined, b: Money | undefined): boolean {
  return a !== undefined && b !== undefined && a.value === b.value && a.currency === b.currency;
}
