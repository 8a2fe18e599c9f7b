/** What of Plural's own words may be repeated in an error. */

const secretMembers = /^(?:otp|cvv|card_number|payment_identifier|token|cryptogram|client_secret|access_token)$/;

/** Every value of a request that must not come back in an error, because an API may quote what it refuses. */
export function collectSecrets(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'string' && member !== '' && secretMembers.test(key)) found.push(member);
    else collectSecrets(member, found);
  }
  return found;
}

// A CVV.
const minSecretLength = 3;

/** Masks the given secrets and every run of 12 or more digits, spaced or not, and cuts the rest to `length` characters. */
export function redact(text: string, secrets: readonly string[], length: number): string {
  let clean = text;
  // Shorter ones are no secret, and would take whole words apart.
  for (const secret of secrets) if (secret.length >= minSecretLength) clean = clean.replaceAll(secret, '***');
  return clean.replaceAll(/\d(?:[ -]?\d){11,}/g, '***').slice(0, length);
}
