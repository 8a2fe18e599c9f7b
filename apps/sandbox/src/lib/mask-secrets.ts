import { isJsonObject, type JsonValue } from './json.ts';

const secretMembers = new Set(['client_secret', 'access_token', 'cvv', 'otp', 'cryptogram', 'code_typed']);
const cardNumberMembers = new Set(['card_number', 'payment_identifier', 'token']);

/** The body with every secret and code hidden, and of card numbers only the last four digits. */
export function maskSecrets(value: JsonValue, name = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => maskSecrets(item, name));
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskSecrets(member ?? null, key)]));
  if (secretMembers.has(name)) return '••••';
  if (cardNumberMembers.has(name)) return typeof value === 'string' ? `•••• ${value.slice(-4)}` : '••••';
  // A card number has no business elsewhere, but a client's mistake must not end in a log.
  return typeof value === 'string' ? value.replaceAll(/(?<!\d)\d(?:[ -]?\d){11,18}(?!\d)/g, maskDigits) : value;
}

// Ids and references with a date in them are long digits too; only what a card scheme issues is hidden.
function maskDigits(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  return digits.length >= 13 && /^[2-6]/.test(digits) ? `•••• ${digits.slice(-4)}` : text;
}
