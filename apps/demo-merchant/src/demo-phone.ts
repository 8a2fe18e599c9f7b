/** The customer's phone in the demo: the text messages that the sandbox's bank sent. Absent with a real account. */

import * as v from 'valibot';
import type { TestCards } from './test-cards.ts';

const messagesSchema = v.object({
  messages: v.array(v.object({ number: v.number(), text: v.string(), otp: v.string(), arrived: v.boolean() })),
});

/** Text message as the demo shows it. */
export interface PhoneMessage {
  /** Number of the message, higher than that of every earlier one. */
  readonly number: number;
  readonly text: string;
  readonly otp: string;
}

const timeoutMs = 2000;

/**
 * Creates a function that returns the newest message for an order after a message number, or `undefined`; also while
 * the sandbox is away, because a demo works without its phone.
 */
export function createDemoPhone(
  cards: () => Promise<TestCards>,
  fetch: typeof globalThis.fetch,
): (orderNumber: string, afterNumber: number) => Promise<PhoneMessage | undefined> {
  return async (reference, after) => {
    try {
      const { sandboxUrl } = await cards();
      if (sandboxUrl === undefined) return undefined;
      const query = new URLSearchParams({ reference, after: String(after) });
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(new URL(`/sandbox/messages?${query}`, sandboxUrl), { signal });
      const { messages } = v.parse(messagesSchema, await response.json());
      const newest = messages.findLast(({ arrived }) => arrived);
      return newest && { number: newest.number, text: newest.text, otp: newest.otp };
    } catch {
      return undefined;
    }
  };
}
