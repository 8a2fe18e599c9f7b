/** The context every route and operation receives: settings, API client, repository, sealer, clock and reporters. */

import { isPluralError, type Plural } from '@plural-otp/core';
import type { Phase } from '@plural-otp/flow/contract';
import type { FlowEvent, MethodReason, ReportedProblem } from './events.ts';
import { callSafely } from './lib/call-safely.ts';
import type { WaitUntil } from './lib/wait-until.ts';
import { createOrderRepository, type OrderRepository } from './stores/order-repository.ts';
import { readOptions, type OtpHandlerOptions, type Settings } from './options.ts';
import type { OrderRecord, PaymentEntry } from './payment/order-record.ts';
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
  /** Emits a step of the customer to `onEvent`, whose promise outlives the response. Never throws. */
  readonly emit: Emit;
}

/** A payment, its record, and the key of that. */
export interface PaymentContext {
  key: string;
  record: OrderRecord | undefined;
  entry: PaymentEntry;
}

type Emit = (
  type: FlowEvent['type'],
  payment: PaymentContext,
  about?: { readonly [name in 'nth' | 'code' | 'entry']?: FlowEvent[name] | undefined },
) => void;

/**
 * Creates the context of a handler.
 *
 * @throws {PluralError} `OPTIONS_INVALID`.
 */
export function createContext(options: OtpHandlerOptions): HandlerContext {
  const settings = readOptions(options);
  const { plural, store, now, newId, timers, sessionKeys, origin } = settings;

  const report: HandlerContext['report'] = (code, { entry, error, ...about } = {}) => {
    const { operation, outcome, status, upstream } = isPluralError(error) ? error : {};
    const { requestId, code: upstreamCode } = upstream ?? {};
    const problem: ReportedProblem = omitUndefined({
      code,
      reference: entry?.reference,
      operation,
      requestId,
      status,
      upstreamCode,
      outcome,
      ...about,
    });
    void callSafely(() => settings.onProblem?.(problem));
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
    ...withWaitUntil(settings, () => undefined),
    report,
    reportError,
    reportUnverified(code, error) {
      report(code);
      if (isPluralError(error) && !error.code.startsWith('SIGNATURE_')) report(error.code, { error });
    },
  };
}

/** Returns the context of one request: a copy, so that its `waitUntil` never reaches another through the shared one. */
export const forRequest = (shared: HandlerContext, waitUntil: WaitUntil): HandlerContext => ({
  ...shared,
  ...withWaitUntil(shared.settings, waitUntil),
});

function withWaitUntil(settings: Settings, waitUntil: WaitUntil): Pick<HandlerContext, 'waitUntil' | 'emit'> {
  return {
    waitUntil,
    emit(type, payment, about) {
      const { onEvent, now } = settings;
      if (onEvent) waitUntil(callSafely(() => onEvent(toEvent(type, payment, now(), about))));
    },
  };
}

function toEvent(
  type: FlowEvent['type'],
  { key, record, entry }: PaymentContext,
  at: number,
  about: Parameters<Emit>[2],
): FlowEvent {
  const { paymentId, reference, display, startedAtMs, amount, restored } = entry;
  const { issuer, network } = display;
  const verdict = type === 'verdict' ? entry.verdict : undefined;
  const index = record?.payments.findIndex((other) => other.paymentId === paymentId) ?? 0;
  return omitUndefined({
    type,
    reference,
    order: key,
    attempt: Math.max(index, 0) + 1,
    at,
    ms: at - startedAtMs,
    // A finished record keeps neither, and a later verdict on its payment comes without them.
    ...(verdict?.supersedes === undefined && toMethod(entry)),
    issuer,
    network,
    amount,
    restored,
    outcome: verdict?.outcome,
    advice: verdict?.problem?.advice,
    source: verdict?.source,
    ...about,
  });
}

/** Returns the method decided at the start: a request for an OTP proves it, also where Plural then refused one. */
function toMethod({ nativeOtp, nativeOtpFrom, generates }: PaymentEntry): Pick<FlowEvent, 'method' | 'because'> {
  const isNative = nativeOtp || generates > 0;
  const whyNot: MethodReason = nativeOtpFrom === 'unknown' ? 'unknownCard' : 'cardCannot';
  const because = nativeOtpFrom === 'caller' ? 'caller' : isNative ? 'default' : whyNot;
  return { method: isNative ? 'nativeOtp' : 'bankPage', because };
}

/** Returns the phase of a payment at this moment. */
export const getPhase = ({ now, settings }: HandlerContext, entry: PaymentEntry): Phase =>
  currentPhase(entry, now(), settings.limits.submits).phase;
