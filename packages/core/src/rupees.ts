/** Converts amounts between rupees as people write them and paise as Plural counts them, without floating point. */

import { PluralError } from './errors/plural-error.ts';

const expectedRupees = 'rupees with at most two decimals, such as 1,499.50, from 0.01 to 99,99,99,99,99,999.99';

/**
 * Parses an amount in rupees, such as `1499`, `1,499.50`, `1,00,000` or `₹ 1,499.50`. Returns paise: an integer.
 *
 * Groups of digits may be of two or three, as in India and elsewhere. Nothing is rounded.
 *
 * @throws {PluralError} `REQUEST_INVALID`: another form, more than two decimals, zero or less, or too large to be exact.
 * @example
 * ```ts
 * import { formatRupees, parseRupees } from '@plural-otp/core';
 *
 * const paise = parseRupees('1,499.50'); // 149950
 * console.log(formatRupees(paise)); // 1499.50
 * ```
 */
export function parseRupees(text: string): number {
  const [, rupees, decimals = ''] =
    /^(?:₹ ?)?(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.(\d{1,2}))?$/.exec(typeof text === 'string' ? text : '') ?? [];
  const paise = Number(`${rupees?.replaceAll(',', '')}${decimals.padEnd(2, '0')}`);
  if (Number.isSafeInteger(paise) && paise > 0) return paise;
  throw new PluralError('REQUEST_INVALID', { issues: [{ path: 'rupees', expected: expectedRupees }] });
}

/**
 * Formats paise as rupees with two decimals and no grouping, such as `1499.50`.
 *
 * @throws {PluralError} `REQUEST_INVALID`: no integer, less than 0, or too large to be exact.
 */
export function formatRupees(paise: number): string {
  if (!Number.isSafeInteger(paise) || paise < 0) {
    throw new PluralError('REQUEST_INVALID', { issues: [{ path: 'paise', expected: 'an integer, 0 or more' }] });
  }
  const digits = String(paise).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
