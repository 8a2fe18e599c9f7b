/** Finds mistakes of a page that uses the step, for its developer. */

/** Properties and attributes that a page may set wrongly. */
interface Settings extends Element {
  readonly client: unknown;
}

/** Properties that hold objects. As attributes their values are lost. */
const objects = ['client', 'view', 'transport', 'messages'];

const written = new Set<string>();

/** Writes `message` to the console, once per page. */
export function warnOnce(message: string): void {
  if (!written.has(message)) console.warn(`plural-otp: ${message}`);
  written.add(message);
}

/** Returns a message for each mistake, saying what to do. */
export function findMisuse(host: Settings): string[] {
  const { client } = host;
  const messages: string[] = [];
  if (client && !(client as { session?: unknown }).session)
    messages.push('"client" has no session: set what startPayment returned');
  const lost = objects.filter((name) => host.hasAttribute(name));
  if (lost.length) messages.push(`"${lost.join('", "')}" became an attribute: import the element first`);
  return messages;
}
