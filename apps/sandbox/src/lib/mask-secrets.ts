/** Redaction of logged bodies. */
import { isJsonObject, type JsonValue } from './json.ts';

const secretMembers = new Set([
  'client_secret',
  'access_token',
  'cvv',
  'otp',
  'cryptogram',
  'encrypted_card_details',
  'code_typed',
]);
const cardNumberMembers = new Set(['card_number', 'payment_identifier', 'token']);

/** Returns a copy of a body with secrets and OTPs masked, and card numbers reduced to their last four digits. */
export function maskSecrets(value: JsonValue, name = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => maskSecrets(item, name));
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskSecrets(member ?? null, key)]));
  if (secretMembers.has(name)) return '••••';
  if (cardNumberMembers.has(name)) return typeof value === 'string' ? `•••• ${value.slice(-4)}` : '••••';
  // A card number belongs in no other member, but a bug of the client must not put one into a log.
  return typeof value === 'string' ? maskCardNumbers(value) : value;
}

/** Reduces the card numbers in a text to their last four digits. */
export function maskCardNumbers(text: string): string {
  return text.replaceAll(/(?<!\d)\d(?:[ -]?\d){11,18}(?!\d)/g, maskDigits);
}

// Ids and references that contain a date are long runs of digits too, so only numbers that a card scheme could have
// issued are masked.
function maskDigits(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  return digits.length >= 13 && /^[2-6]/.test(digits) ? `•••• ${digits.slice(-4)}` : text;
}
