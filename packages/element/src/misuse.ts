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

/** Hosts whose attributes are looked at later. */
const suspected = new WeakSet<Settings>();

/** Calls `warn` for each mistake, with what to do. */
export function reportMisuse(host: Settings, warn: (message: string) => void): void {
  const { client } = host;
  if (client && !(client as { session?: unknown }).session)
    warn('"client" has no session: set what startPayment returned');
  const findLost = (): string[] =>
    objects.filter((name) => host.hasAttribute(name) && Reflect.get(host, name) === undefined);
  if (suspected.has(host) || !findLost().length) return;
  suspected.add(host);
  // A framework that rendered the attribute on a server sets the property when it hydrates.
  setTimeout(() => {
    const lost = findLost();
    if (lost.length) warn(`"${lost.join('", "')}" became an attribute: import the element first`);
  }, 1_000);
}
