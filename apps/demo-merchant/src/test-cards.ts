/** The test cards that a customer may choose: from the sandbox, or from a JSON document of the same shape. */

import * as v from 'valibot';

const cardSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  /** Heading under which the card is listed. */
  group: v.optional(v.string(), 'Cards'),
  title: v.string(),
  description: v.string(),
  number: v.pipe(v.string(), v.regex(/^\d{12,19}$/)),
  expiryMonth: v.pipe(v.string(), v.regex(/^\d{2}$/)),
  expiryYear: v.pipe(v.string(), v.regex(/^\d{4}$/)),
  cvv: v.pipe(v.string(), v.regex(/^\d{3,4}$/)),
  name: v.string(),
  network: v.string(),
  issuer: v.string(),
  nativeOtp: v.boolean(),
});
const scenariosSchema = v.object({ otp: v.optional(v.string()), cards: v.array(cardSchema) });

/**
 * Card that the customer may choose. The browser posts its `id`, and no number. Numbers of the sandbox's cards are public,
 * and fill in the card form; those of `DEMO_CARDS` stay on the server.
 */
export type TestCard = v.InferOutput<typeof cardSchema>;

/** Cards, and what the checkout says about their test bank. */
export interface TestCards {
  readonly cards: readonly TestCard[];
  /** OTP that the test bank accepts; absent with a real account. */
  readonly otp?: string | undefined;
  /** Address of the sandbox's control page; absent with a real account. */
  readonly sandboxUrl?: string;
}

/** Source of the cards: the sandbox at a URL, or JSON in the shape of its `/sandbox/scenarios`. */
export type TestCardSource = { readonly sandboxUrl: string } | { readonly json: string };

const timeoutMs = 4000;

/**
 * Creates a function that reads the cards once and caches them; a failure is not cached.
 * @throws Error that names the address or `DEMO_CARDS` and the first thing wrong with it
 */
export function createTestCardLoader(source: TestCardSource, fetch: typeof globalThis.fetch): () => Promise<TestCards> {
  const location = 'json' in source ? 'DEMO_CARDS' : new URL('/sandbox/scenarios', source.sandboxUrl).href;
  const read = async (): Promise<unknown> => {
    if ('json' in source) return JSON.parse(source.json);
    const response = await fetch(location, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json();
  };
  let cached: TestCards | undefined;
  return async () => {
    if (cached !== undefined) return cached;
    const body = await read().catch((error: unknown) => {
      throw new Error(`The test cards could not be read from ${location}`, { cause: error });
    });
    const parsed = v.safeParse(scenariosSchema, body);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      throw new Error(
        `The test cards from ${location} are invalid: ${v.getDotPath(issue) ?? 'the whole document'} is wrong`,
      );
    }
    cached = { ...parsed.output, ...('sandboxUrl' in source && { sandboxUrl: new URL('/', source.sandboxUrl).href }) };
    return cached;
  };
}
