/** Redacts what Plural says before an error repeats it. */

const secretMembers =
  /^(?:otp|cvv|card_number|payment_identifier|token(?:_id)?|cryptogram|client_secret|access_token)$/;

/** Lists every value of a request that must not come back in an error, because an API may quote what it rejects. */
export function collectSecrets(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'string' && member !== '' && secretMembers.test(key)) found.push(member);
    else collectSecrets(member, found);
  }
  return found;
}

// A call that this package does not know may carry a secret under a name that it does not know.
const maybeSecretMembers = /otp|cv[vc]|pin|token|crypt|secret|pass|card|number|identif|account|vpa|key|signature/i;

/** Lists every string and number of a request of unknown form that must not come back in an error. */
export function collectAllSecrets(value: unknown, found: string[], name = ''): string[] {
  if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      collectAllSecrets(member, found, Array.isArray(value) ? name : `${name} ${key}`);
    }
  } else if ((typeof value === 'string' || typeof value === 'number') && maybeSecretMembers.test(name)) {
    found.push(String(value));
  }
  return found;
}

// The length of a CVV. Shorter values are no secret, and masking them would tear words apart.
const minSecretLength = 3;

/** Masks the given secrets and every run of 12 or more digits, spaced or not, then cuts the text to `maxLength`. */
export function redact(text: string, secrets: readonly string[], maxLength: number): string {
  let clean = text;
  for (const secret of secrets) {
    // A secret of digits may be quoted as a number, which has no leading zeros.
    for (const form of [secret, secret.replace(/^0+(?=\d+$)/, '')]) {
      if (form.length >= minSecretLength) clean = clean.replaceAll(form, '***');
    }
  }
  return clean.replaceAll(/\d(?:[ -]?\d){11,}/g, '***').slice(0, maxLength);
}
