/** Normalization of request bodies under the setting `lenient`. */
import { isJsonObject, type JsonValue } from '../lib/json.ts';

// Members that are numbers in the guide's samples and strings in the reference.
const stringMembers = new Set([
  'otp',
  'merchant_order_reference',
  'merchant_payment_reference',
  'merchant_capture_reference',
  'amount',
  'cvv',
  'expiry_month',
  'expiry_year',
]);

/**
 * Converts a body in the style of the vendor guide's samples to the reference's: numbers become strings, card numbers
 * lose their hyphens, years get four digits and months two.
 */
export function normalizeRequest(value: JsonValue, name = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => normalizeRequest(item));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, normalizeRequest(member ?? null, key)]),
    );
  }
  const text = typeof value === 'number' && stringMembers.has(name) ? String(value) : value;
  if (typeof text !== 'string') return text;
  if (name === 'card_number' || name === 'payment_identifier') return text.replaceAll(/[\s-]/g, '');
  if (name === 'expiry_year' && /^\d\d$/.test(text)) return `20${text}`;
  if (name === 'expiry_month' && /^\d$/.test(text)) return `0${text}`;
  return text;
}
