import { isPluralError, type Plural } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import type { FlowEvent, ReportedProblem } from './events.ts';
import type { Keep } from './lib/wait-until.ts';
import { createLedger, type Ledger } from './stores/order-repository.ts';
import { readOptions, type OtpHandlerOptions, type Settings } from './options.ts';
import type { PaymentEntry } from './payment/order-record.ts';
import { present } from './lib/omit-undefined.ts';
import { createSeals, type Seals } from './session/sealed-session.ts';
import { situationOf } from './payment/phase.ts';
import type { Wait } from './lib/timeout.ts';

/** What every way in works with. */
export interface Parts {
  readonly settings: Settings;
  readonly plural: Plural;
  readonly ledger: Ledger;
  readonly seals: Seals;
  readonly challengeHosts: ReadonlySet<string>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly wait: Wait;
  readonly keep: Keep;
  /** Tells the merchant's developers; never throws. */
  readonly report: (code: string, about?: { entry?: PaymentEntry | undefined; error?: unknown }) => void;
  /** Tells of an error under its own code. */
  readonly reportError: (error: unknown, entry?: PaymentEntry) => void;
  /** Tells of a signature that did not verify, and of the configuration if that is why. */
  readonly reportUnverified: (code: string, error: unknown) => void;
  /** Tells of a customer's step; never throws. */
  readonly emit: (type: FlowEvent['type'], entry: PaymentEntry) => void;
}

/** Puts the parts together. Throws `OPTIONS_INVALID`. */
export function createParts(options: OtpHandlerOptions): Parts {
  const settings = readOptions(options);
  const { plural, store, now, newId, wait, sessionKeys, origin } = settings;

  const report: Parts['report'] = (code, { entry, error } = {}) => {
    const { operation, outcome, upstream } = isPluralError(error) ? error : {};
    const { requestId } = upstream ?? {};
    const problem: ReportedProblem = present({ code, reference: entry?.reference, operation, requestId, outcome });
    undisturbed(() => settings.onProblem?.(problem));
  };

  return {
    settings,
    plural,
    ledger: createLedger({ store, baseUrl: plural.baseUrl, now, newId, wait }),
    seals: createSeals(sessionKeys.length > 0 ? sessionKeys : () => plural.deriveKey('otp-session'), origin),
    challengeHosts: new Set(settings.challengeHosts),
    now,
    newId,
    wait,
    keep: () => undefined,
    report,
    reportError(error, entry) {
      report(isPluralError(error) ? error.code : 'INTERNAL', { entry, error });
    },
    reportUnverified(code, error) {
      report(code);
      if (isPluralError(error) && !error.code.startsWith('SIGNATURE_')) report(error.code, { error });
    },
    emit(type, { reference, display, startedAtMs, verdict }) {
      if (!settings.onEvent) return;
      const { issuer, network } = display;
      const outcome = type === 'verdict' ? verdict?.outcome : undefined;
      const event: FlowEvent = present({ type, reference, ms: now() - startedAtMs, issuer, network, outcome });
      undisturbed(() => settings.onEvent?.(event));
    },
  };
}

/** The phase a payment is in now. */
export const phaseOf = ({ now, settings }: Parts, entry: PaymentEntry): Phase =>
  situationOf(entry, now(), settings.limits.submits).phase;

/** Calls an observer; neither its throw nor its rejection goes further. */
function undisturbed(observe: () => unknown): void {
  const call = async (): Promise<unknown> => observe();
  call().catch(() => undefined);
}
