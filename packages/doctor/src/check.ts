/** Shape of a check, and of its findings. */

import type { PaymentStore, PaymentVerdict } from '@plural-otp/edge';

/** Settings by name, as the shop's environment has them. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** A message of Plural's as it arrived: the form of a return, or headers and body of a webhook. */
export interface CapturedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Parts of the shop that only its own code can hand over; the default export of a file named by `--config`. */
export interface ShopParts {
  /** Store of payments. Raced with records of its own, which it keeps for a minute. */
  readonly store?: PaymentStore;
  /** The shop's hook. Told twice of one made-up payment: pass one that writes to a test database. */
  readonly onVerdict?: (verdict: PaymentVerdict) => unknown;
  /** Counts what the shop did for a verdict, such as rows or parcels. Required with `onVerdict`. */
  readonly countEffects?: (verdict: PaymentVerdict) => number | Promise<number>;
  /** Time at which the sweep last ended (epoch milliseconds); 0 when it never did. */
  readonly lastSweepAtMs?: () => number | Promise<number>;
  /** The handler's `challengeHosts`, each `host` or `host:port`. */
  readonly challengeHosts?: readonly string[];
}

/** Shop that the doctor examines. */
export interface Examination {
  readonly settings: Settings;
  /** Base URL of the running shop; without it, nothing that needs one is checked. */
  readonly url?: URL | undefined;
  /** Path of the handler. */
  readonly path: string;
  readonly capturedReturn?: string | undefined;
  readonly capturedWebhook?: CapturedWebhook | undefined;
  readonly parts: ShopParts;
  /** Versions of installed packages of the kit, by name. */
  readonly installed: Readonly<Record<string, string>>;
  /** `integrity` of the installed script, if it was found. */
  readonly installedIntegrity?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
}

/** Result of one check. */
export interface Finding {
  readonly check: string;
  /** `skipped`: the check had nothing to examine. */
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped';
  /** Finding in one sentence, without any secret. */
  readonly found: string;
  /** Change to make. */
  readonly change?: string;
}

/** Result of a check, before its name is added. */
export type Verdict = Omit<Finding, 'check'>;

/** One check. Rejects only by mistake, which is reported as a problem of its own. */
export interface Check {
  readonly name: string;
  readonly run: (examination: Examination) => Promise<Verdict>;
}

export const ok = (found: string): Verdict => ({ status: 'ok', found });
export const skipped = (found: string, change?: string): Verdict => ({
  status: 'skipped',
  found,
  ...(change !== undefined && { change }),
});
export const warning = (found: string, change: string): Verdict => ({ status: 'warning', found, change });
export const problem = (found: string, change: string): Verdict => ({ status: 'problem', found, change });

/** Returns the base URL of Plural that settings name; undefined when they name none. */
export function pluralUrl({ PLURAL_ENVIRONMENT: environment }: Settings): URL | undefined {
  const known = { uat: 'https://pluraluat.v2.pinepg.in', production: 'https://api.pluralpay.in' };
  const text = environment === 'uat' || environment === 'production' ? known[environment] : (environment ?? '');
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** True when the settings name a sandbox in place of Plural. */
export const isSandbox = ({ PLURAL_ENVIRONMENT: environment }: Settings): boolean =>
  environment !== undefined && environment !== 'uat' && environment !== 'production';

/** True for a host that is this machine. */
export const isLoopback = (hostname: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
