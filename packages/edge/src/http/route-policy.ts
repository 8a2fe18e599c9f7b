import { routes } from '@plural-otp/flow/contract';
import type { Settings } from '../options.ts';

export type RouteName = keyof typeof routes;

/** What a request has to be before anything else is done for it. */
export interface RoutePolicy {
  methods: readonly string[];
  /** Whether only pages of known origins may call it. The others are proved by a signature. */
  requireSameOrigin: boolean;
  /** The one content type that is read; `undefined`: any. */
  contentType: string | undefined;
  maxBodyBytes: number;
}

const browserPolicy: RoutePolicy = {
  methods: ['POST'],
  requireSameOrigin: true,
  contentType: 'application/json',
  maxBodyBytes: 4096,
};

/** The checks of each route, one row each. A return comes from the bank's page, so its origin proves nothing. */
export const routePolicies: Readonly<Record<RouteName, RoutePolicy>> = {
  generate: browserPolicy,
  submit: browserPolicy,
  resend: browserPolicy,
  payment: browserPolicy,
  leave: browserPolicy,
  return: {
    methods: ['POST', 'GET'],
    requireSameOrigin: false,
    contentType: 'application/x-www-form-urlencoded',
    maxBodyBytes: 16_384,
  },
  webhook: { methods: ['POST'], requireSameOrigin: false, contentType: undefined, maxBodyBytes: 262_144 },
};

const namesByPath = new Map<string, RouteName>(
  (Object.keys(routes) as RouteName[]).map((name) => [routes[name], name]),
);

/** The route a path names, below the base path and to the letter. */
export function matchRoute(pathname: string, { basePath, webhook }: Settings): RouteName | undefined {
  if (!pathname.startsWith(`${basePath}/`)) return undefined;
  const name = namesByPath.get(pathname.slice(basePath.length + 1));
  return name === 'webhook' && !webhook ? undefined : name;
}

/**
 * Whether a request comes from a page that may call. Browsers say so themselves in `Sec-Fetch-Site`; where they do
 * not, and for pages of other origins, `Origin` has to be one of the configured.
 */
export function isSameOrigin(headers: Headers, { origins, allowNoOrigin = false }: Settings): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site === 'same-origin') return true;
  if (site === 'none') return false;
  if (origin !== null) return origins.has(origin);
  return site === null && allowNoOrigin;
}

/** Whether the content type is exactly this one; parameters may follow. */
export function hasContentType(headers: Headers, expected: string): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === expected;
}

/** Whether a body is plain UTF-8, so that whatever stands in between reads the same text as the handler. */
export function isPlainUtf8(headers: Headers): boolean {
  return (
    /^(?:identity)?$/i.test(headers.get('content-encoding') ?? '') &&
    !/;\s*charset\b(?!\s*=\s*"?utf-?8"?\s*(?:;|$))/i.test(headers.get('content-type') ?? '')
  );
}
