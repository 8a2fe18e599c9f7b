const maxLength = 400;

/** A text without what may not be shown: ids and card numbers of the run, sessions, and codes. */
export function redact(text: string, secrets: Iterable<string>): string {
  let shown = text;
  for (const secret of secrets) shown = shown.replaceAll(secret, '•••');
  shown = shown
    .replaceAll(/("(?:session|otp)":)"[^"]*"?/g, '$1"•••"')
    // What is this long and has no space is a session, a token or a signature.
    .replaceAll(/[A-Za-z0-9_.~+/=-]{40,}/g, '•••')
    .replaceAll(/(?<![0-9-])[0-9]{6,}(?![0-9-])/g, '•••');
  return shown.length > maxLength ? `${shown.slice(0, maxLength)}…` : shown;
}
