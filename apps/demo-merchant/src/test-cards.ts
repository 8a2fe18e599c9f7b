import * as v from 'valibot';

const cardSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
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

/** A card the customer may choose. The number never leaves the server; the browser knows the `id`. */
export type TestCard = v.InferOutput<typeof cardSchema>;

export interface TestCards {
  readonly cards: readonly TestCard[];
  /** The code that the test bank takes; absent with a real account. */
  readonly otp?: string | undefined;
  /** Where the sandbox shows its phone, its orders and what can go wrong; absent with a real account. */
  readonly sandboxUrl?: string;
}

/** Where the cards come from: the sandbox at an address, or a text of the same shape as its `/sandbox/scenarios`. */
export type TestCardSource = { readonly sandboxUrl: string } | { readonly json: string };

const timeoutMs = 4000;

/**
 * Reads the cards once and keeps them; a failure is not kept.
 * @throws Error that names the address or `DEMO_CARDS` and the first thing wrong with it; ask again later
 */
export function createTestCardLoader(source: TestCardSource, fetch: typeof globalThis.fetch): () => Promise<TestCards> {
  const place = 'json' in source ? 'DEMO_CARDS' : new URL('/sandbox/scenarios', source.sandboxUrl).href;
  const read = async (): Promise<unknown> => {
    if ('json' in source) return JSON.parse(source.json);
    const response = await fetch(place, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json();
  };
  let cached: TestCards | undefined;
  return async () => {
    if (cached !== undefined) return cached;
    const body = await read().catch((error: unknown) => {
      throw new Error(`The test cards could not be read from ${place}`, { cause: error });
    });
    const parsed = v.safeParse(scenariosSchema, body);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      throw new Error(`The test cards from ${place} are not usable: ${v.getDotPath(issue) ?? 'all of it'} is wrong`);
    }
    cached = { ...parsed.output, ...('sandboxUrl' in source && { sandboxUrl: new URL('/', source.sandboxUrl).href }) };
    return cached;
  };
}
