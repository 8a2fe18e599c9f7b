/** The context every route and operation receives: settings, API client, repository, sealer, clock and reporters. */

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

/** Dependencies of the routes and operations of one handler. */
export interface HandlerContext {
  readonly settings: Settings;
  readonly plural: Plural;
  readonly repository: OrderRepository;
  readonly sealer: SessionSealer;
  readonly challengeHosts: ReadonlySet<string>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly timers: HandlerTimers;
  /** Keeps background work alive after the response is sent. */
  readonly waitUntil: WaitUntil;
  /** Reports a problem to `onProblem`. Never throws. */
  readonly report: (
    code: string,
    about?: { entry?: PaymentEntry | undefined; error?: unknown } & Pick<
      ReportedProblem,
      'attempts' | 'ageMs' | 'recordKey'
    >,
  ) => void;
  /** Reports an error under its own code. */
  readonly reportError: (error: unknown, entry?: PaymentEntry) => void;
  /** Reports a signature that did not verify, and also the configuration error when that is the reason. */
  readonly reportUnverified: (code: string, error: unknown) => void;
  /** Emits a step of the customer to `onEvent`. Never throws. */
  readonly emit: (type: FlowEvent['type'], entry: PaymentEntry) => void;
}

/**
 * Creates the context of a handler.
 *
 * @throws {PluralError} `OPTIONS_INVALID`.
 */
export function createContext(options: OtpHandlerOptions): HandlerContext {
  const settings = readOptions(options);
  const { plural, store, now, newId, timers, sessionKeys, origin } = settings;

  const report: HandlerContext['report'] = (code, { entry, error, ...about } = {}) => {
    const { operation, outcome, upstream } = isPluralError(error) ? error : {};
    const { requestId } = upstream ?? {};
    const problem: ReportedProblem = omitUndefined({
      code,
      reference: entry?.reference,
      operation,
      requestId,
      outcome,
      ...about,
    });
    callSafely(() => settings.onProblem?.(problem));
  };

  const reportError: HandlerContext['reportError'] = (error, entry) => {
    report(isPluralError(error) ? error.code : 'INTERNAL', { entry, error });
  };

  return {
    settings,
    plural,
    repository: createOrderRepository({
      store,
      baseUrl: plural.baseUrl,
      now,
      newId,
      timers,
      keepDays: settings.limits.keepDays,
      reportError,
    }),
    sealer: createSessionSealer(sessionKeys, origin, () => plural.deriveKey('otp-session')),
    challengeHosts: new Set(settings.challengeHosts),
    now,
    newId,
    timers,
    waitUntil: () => undefined,
    report,
    reportError,
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

/** Returns the phase of a payment at this moment. */
export const getPhase = ({ now, settings }: HandlerContext, entry: PaymentEntry): Phase =>
  currentPhase(entry, now(), settings.limits.submits).phase;

/** Calls an observer, and swallows what it throws or rejects with, so that it cannot break a payment. */
function callSafely(observe: () => unknown): void {
  const call = async (): Promise<unknown> => observe();
  call().catch(() => undefined);
}
