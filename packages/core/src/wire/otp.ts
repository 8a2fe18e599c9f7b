/** The three OTP calls: generate, submit and resend. */

import * as v from 'valibot';
import { lenient, isJsonObject, upperCase, type Schema } from './parse.ts';
import { idSchema } from './ids.ts';
import type { OtpNextStep } from './statuses.ts';

const expectedOtp = 'a string of 4 to 8 digits; a number would lose leading zeros';

/** Validates an OTP. [source: go-sdk] */
export const otpSchema: Schema<string> = v.pipe(v.string(expectedOtp), v.regex(/^[0-9]{4,8}$/, expectedOtp));

/** Body of `generateOtp` and `resendOtp`. */
export interface PaymentIdBody {
  payment_id: string;
}
/** Validates the body of `generateOtp` and `resendOtp`. */
export const paymentIdSchema: Schema<PaymentIdBody> = v.object({ payment_id: idSchema });

/** Body of `submitOtp`. */
export interface SubmitOtpBody extends PaymentIdBody {
  otp: string;
}
/** Validates the body of `submitOtp`. */
export const submitOtpSchema: Schema<SubmitOtpBody> = v.object({ payment_id: idSchema, otp: otpSchema });

/** Seconds until another OTP may be requested, when Plural names none or a number outside 1 to 900. */
export const defaultResendAfterSeconds = 30;

/**
 * Parses `meta_data.resend_after`, a string of seconds that may be null or absent; a number is accepted too. [source: otp-guide]
 */
export function parseResendAfter(body: unknown): number | undefined {
  const meta = isJsonObject(body) ? body['meta_data'] : undefined;
  const wait = isJsonObject(meta) ? meta['resend_after'] : undefined;
  const isDigits = typeof wait === 'string' && /^\s*\d{1,6}(?:\.\d*)?\s*$/.test(wait);
  const seconds = isDigits || typeof wait === 'number' ? Math.ceil(Number(wait)) : Number.NaN;
  return seconds >= 1 && seconds <= 900 ? seconds : undefined;
}

/** Parses `next`, a list or a single step. Returns `undefined` when the body has none. */
export function parseNext(body: unknown): string[] | undefined {
  const next = isJsonObject(body) ? body['next'] : undefined;
  const steps: unknown[] | undefined = typeof next === 'string' ? [next] : Array.isArray(next) ? next : undefined;
  return steps
    ?.filter((step): step is string => typeof step === 'string' && /^[A-Za-z_]{1,40}$/.test(step))
    .map((step) => step.toUpperCase());
}

/** Response of `generateOtp` and `resendOtp`: the OTP was requested. Only the customer knows whether it arrived. */
export interface OtpPrompt {
  readonly next: readonly OtpNextStep[];
  /** Seconds until another OTP may be requested, 1 to 900; 30 when Plural names none. */
  readonly resendAfterSeconds: number;
  readonly status?: string | undefined;
  readonly [member: string]: unknown;
}

/** Parses the response of `generateOtp` and `resendOtp`. */
export const otpPromptSchema: Schema<OtpPrompt> = v.pipe(
  v.looseObject({ status: lenient(upperCase) }),
  v.check((body) => ['next', 'meta_data', 'status'].some((member) => member in body), 'next, meta_data or status'),
  v.transform((body) => ({
    ...body,
    next: parseNext(body) ?? [],
    resendAfterSeconds: parseResendAfter(body) ?? defaultResendAfterSeconds,
  })),
);

/** Response of `submitOtp`: the OTP was accepted. Accepted is not paid: read the order. */
export interface OtpAcceptance {
  /** Upper case; `SUCCESS`. */
  readonly status: string;
  readonly [member: string]: unknown;
}

/** Parses the response of `submitOtp`. */
export const otpAcceptanceSchema: Schema<OtpAcceptance> = v.looseObject({ status: upperCase });
