import { isPluralError, type Plural } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import type { FlowEvent, ReportedProblem } from './events.ts';
import type { WaitUntil } from './lib/wait-until.ts';
import { createOrderRepository, type OrderRepository } from './stores/order-repository.ts';
import { readOptions, type OtpHandlerOptions, type Settings } from './options.ts';
import type { PaymentEntry } from './payment/order-record.ts';
import { omitUndefined } from '@plural-otp/core/internal';
import { createSessionSealer, type SessionSealer } from './session/sealed-session.ts';
import { currentPhase } from './payment/phase.ts';
import type { HandlerTimers } from './lib/timeout.ts';

/** What every way in works with. */
export interface HandlerContext {
  readonly settings: Settings;
  readonly plural: Plural;
  readonly repository: OrderRepository;
  readonly sealer: SessionSealer;
  readonly challengeHosts: ReadonlySet<string>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly timers: HandlerTimers;
  readonly waitUntil: WaitUntil;
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
export function createContext(options: OtpHandlerOptions): HandlerContext {
  const settings = readOptions(options);
  const { plural, store, now, newId, timers, sessionKeys, origin } = settings;

  const report: HandlerContext['report'] = (code, { entry, error } = {}) => {
    const { operation, outcome, upstream } = isPluralError(error) ? error : {};
    const { requestId } = upstream ?? {};
    const problem: ReportedProblem = omitUndefined({
      code,
      reference: entry?.reference,
      operation,
      requestId,
      outcome,
    });
    callSafely(() => settings.onProblem?.(problem));
  };

  return {
    settings,
    plural,
    repository: createOrderRepository({ store, baseUrl: plural.baseUrl, now, newId, timers }),
    sealer: createSessionSealer(sessionKeys.length > 0 ? sessionKeys : () => plural.deriveKey('otp-session'), origin),
    challengeHosts: new Set(settings.challengeHosts),
    now,
    newId,
    timers,
    waitUntil: () => undefined,
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
      const event: FlowEvent = omitUndefined({ type, reference, ms: now() - startedAtMs, issuer, network, outcome });
      callSafely(() => settings.onEvent?.(event));
    },
  };
}

/** The phase a payment is in now. */
export const getPhase = ({ now, settings }: HandlerContext, entry: PaymentEntry): Phase =>
  currentPhase(entry, now(), settings.limits.submits).phase;

/** Calls an observer; neither its throw nor its rejection goes further. */
function callSafely(observe: () => unknown): void {
  const call = async (): Promise<unknown> => observe();
  call().catch(() => undefined);
}
