/** Shows a request's body to an observer: its whole structure, and only those values that are safe to log. */

import { redact } from '../errors/redact.ts';
import { isJsonObject } from '../wire/parse.ts';

// By name, so that a member that this version does not know is masked. Names and addresses of customers are not here.
const shownMembers =
  /^(?:(?:merchant_\w+|order|payment)_(?:reference|id)|value|currency|amount|pre_auth|save|type|payment_(?:method|reference_type)|token_txn_type|allowed_payment_methods|device_channel|browser_\w+|grant_type)$/;

const maxShownLength = 200;

/**
 * Returns a copy of a JSON body in which every value but that of a harmless member is `***`. Booleans are kept.
 *
 * @param secrets values of the request that are masked wherever they stand, names of members included
 */
export function maskedBody(json: string | undefined, secrets: readonly string[]): unknown {
  return json === undefined ? undefined : mask(JSON.parse(json), '', secrets);
}

function mask(value: unknown, name: string, secrets: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => mask(item, name, secrets));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [redact(key, secrets, maxShownLength), mask(member, key, secrets)]),
    );
  }
  if (typeof value === 'boolean' || value === null) return value;
  if ((typeof value !== 'string' && typeof value !== 'number') || !shownMembers.test(name)) return '***';
  const text = redact(String(value), secrets, maxShownLength);
  return text === String(value) ? value : text;
}
