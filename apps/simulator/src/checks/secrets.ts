/** Looks for secrets in everything that leaves a process: store, events, problems, responses, URLs and errors. */
import type { Sandbox } from '@plural-otp/sandbox';
import type { WalkContext } from '../context.ts';

/** OTP that every issuer accepts, and one that none does. */
export const rightOtp = '123456';
export const wrongOtp = '907351';
/** CVV of every card. Begins with a zero, so that no amount is like it. */
export const cvv = '0675';
const clientSecret = 'sandbox-secret';

// A short secret counts where it stands alone: as part of a longer number, hash or seal it is chance.
const standsAlone = new RegExp(`(?<![\\w-])(?:${rightOtp}|${wrongOtp}|${cvv})(?![\\w-])`);
const cardNumber = /(?<![\w-])[3-6]\d{13,18}(?![\w-])/;

/** Watches what leaves the processes. */
export class SecretCheck {
  readonly #context: WalkContext;
  readonly #sandbox: Sandbox;

  constructor(context: WalkContext, sandbox: Sandbox) {
    this.#context = context;
    this.#sandbox = sandbox;
  }

  /** Scans every string of a value. */
  scan(where: string, value: unknown): void {
    for (const text of stringsOf(value, new Set())) {
      const secret = this.#find(text);
      if (secret !== undefined) this.#context.violate('no-secret-leaks', `${secret} in ${where}: ${text.slice(0, 80)}`);
    }
  }

  #find(text: string): string | undefined {
    if (text.includes(clientSecret)) return 'the client secret';
    if (standsAlone.test(text)) return 'an OTP or CVV';
    if (cardNumber.test(text)) return 'a card number';
    for (const token of this.#sandbox.state.tokens.keys()) if (text.includes(token)) return 'an access token';
    return undefined;
  }
}

/** Yields every string inside a value: members, names, and an error's message, stack and causes. */
function* stringsOf(value: unknown, seen: Set<object>): Generator<string> {
  if (typeof value === 'string') {
    yield value;
    return;
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const name of Object.getOwnPropertyNames(value)) {
    yield name;
    yield* stringsOf(Reflect.get(value, name), seen);
  }
}
