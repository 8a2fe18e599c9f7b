/** Redaction of what a report shows. */

const maxLength = 400;

/** Replaces sessions, OTPs, ids and card numbers of the run with `•••`, and truncates to 400 characters. */
export function redact(text: string, secrets: Iterable<string>): string {
  let redacted = text;
  for (const secret of secrets) redacted = redacted.replaceAll(secret, '•••');
  redacted = redacted
    .replaceAll(/("(?:session|otp)":)"[^"]*"?/g, '$1"•••"')
    // A run of 40 characters without a space is a session, a token or a signature.
    .replaceAll(/[A-Za-z0-9_.~+/=-]{40,}/g, '•••')
    .replaceAll(/(?<![0-9-])[0-9]{6,}(?![0-9-])/g, '•••');
  return redacted.length > maxLength ? `${redacted.slice(0, maxLength)}…` : redacted;
}
