/** The three OTP acts, in Plural's verbs. */

import * as v from 'valibot';
import { lenient, isJsonObject, upperCase, type Schema } from './parse.ts';
import { idSchema } from './ids.ts';

/** What may follow. `NONE`: this payment takes no further OTP. An open set, in upper case. [source: otp-draft] */
export type OtpNextStep = 'SUBMIT_OTP' | 'RESEND_OTP' | 'NONE' | (string & {});

const expectedOtp = 'a text of 4 to 8 digits 0-9; a number would lose leading zeros';

/** A one-time password. [source: go-sdk] */
export const otpSchema: Schema<string> = v.pipe(v.string(expectedOtp), v.regex(/^[0-9]{4,8}$/, expectedOtp));

/** The body of `generateOtp` and `resendOtp`. */
export interface PaymentIdBody {
  payment_id: string;
}
/** Checks the body of `generateOtp` and `resendOtp`. */
export const paymentIdSchema: Schema<PaymentIdBody> = v.object({ payment_id: idSchema });

/** The body of `submitOtp`. */
export interface SubmitOtpBody extends PaymentIdBody {
  otp: string;
}
/** Checks the body of `submitOtp`. */
export const submitOtpSchema: Schema<SubmitOtpBody> = v.object({ payment_id: idSchema, otp: otpSchema });

/** The wait when Plural names none, or one outside 1 to 900 seconds. */
export const defaultResendAfterSeconds = 30;

/** Reads `meta_data.resend_after`, which is documented as a text of seconds and seen as a number. [source: otp-guide] */
export function parseResendAfter(body: unknown): number | undefined {
  const meta = isJsonObject(body) ? body['meta_data'] : undefined;
  const wait = isJsonObject(meta) ? meta['resend_after'] : undefined;
  const isDigits = typeof wait === 'string' && /^\s*\d{1,6}(?:\.\d*)?\s*$/.test(wait);
  const seconds = isDigits || typeof wait === 'number' ? Math.ceil(Number(wait)) : Number.NaN;
  return seconds >= 1 && seconds <= 900 ? seconds : undefined;
}

/** Reads `next`, a list or one step alone; `undefined` when the body names nothing that may follow. */
export function parseNext(body: unknown): string[] | undefined {
  const next = isJsonObject(body) ? body['next'] : undefined;
  const steps: unknown[] | undefined = typeof next === 'string' ? [next] : Array.isArray(next) ? next : undefined;
  return steps
    ?.filter((step): step is string => typeof step === 'string' && /^[A-Za-z_]{1,40}$/.test(step))
    .map((step) => step.toUpperCase());
}

/** The answer of `generateOtp` and `resendOtp`: an OTP was asked for; whether it arrived only the customer knows. */
export interface OtpPrompt {
  readonly next: readonly OtpNextStep[];
  /** Seconds until another OTP may be asked for, 1 to 900; 30 when Plural names none. */
  readonly resendAfterSeconds: number;
  readonly status?: string | undefined;
  readonly [member: string]: unknown;
}

/** Reads the answer of `generateOtp` and `resendOtp`. */
export const otpPromptSchema: Schema<OtpPrompt> = v.pipe(
  v.looseObject({ status: lenient(upperCase) }),
  v.check((body) => ['next', 'meta_data', 'status'].some((member) => member in body), 'next, meta_data or status'),
  v.transform((body) => ({
    ...body,
    next: parseNext(body) ?? [],
    resendAfterSeconds: parseResendAfter(body) ?? defaultResendAfterSeconds,
  })),
);

/** The answer of `submitOtp`: the OTP was accepted. Not a payment: read the order to learn what became of it. */
export interface OtpAcceptance {
  /** Upper case; `SUCCESS`. */
  readonly status: string;
  readonly [member: string]: unknown;
}

/** Reads the answer of `submitOtp`. */
export const otpAcceptanceSchema: Schema<OtpAcceptance> = v.looseObject({ status: upperCase });
