import * as v from 'valibot';
import {
  declineAdvices,
  nextSteps,
  phases,
  problemCodes,
  type ActionBody,
  type LeaveBody,
  type Money,
  type PaymentDisplay,
  type PaymentView,
  type Problem,
  type ProblemBody,
  type SessionBody,
  type SubmitBody,
} from './contract.ts';

const session = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const idempotencyKey = v.pipe(v.string(), v.uuid());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(86_400));
const filled = v.pipe(v.string(), v.nonEmpty());

/** An amount in the currency's minor unit. */
export const moneySchema: v.GenericSchema<unknown, Money> = v.strictObject({
  value: count,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
});

/** A masked place to look for the code: at most four ASCII digits of it. */
export const destinationSchema: v.GenericSchema<unknown, string> = v.pipe(
  filled,
  v.regex(/^[^0-9]*(?:[0-9][^0-9]*){0,4}$/),
);

/** What the step shows about the payment. */
export const paymentDisplaySchema: v.GenericSchema<unknown, PaymentDisplay> = v.strictObject({
  merchantName: v.exactOptional(filled),
  amount: v.exactOptional(moneySchema),
  fee: v.exactOptional(moneySchema),
  network: v.exactOptional(filled),
  issuer: v.exactOptional(filled),
  lastDigits: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9]{4}$/))),
  destination: v.exactOptional(destinationSchema),
});

/** The body of `payment`. Like every body here it allows the named members and no other. */
export const sessionBodySchema: v.GenericSchema<unknown, SessionBody> = v.strictObject({ session });

/** The body of `otp/generate` and `otp/resend`. */
export const actionBodySchema: v.GenericSchema<unknown, ActionBody> = v.strictObject({ session, idempotencyKey });

/** The body of `otp/submit`: the OTP is 4 to 8 ASCII digits, as text. */
export const submitBodySchema: v.GenericSchema<unknown, SubmitBody> = v.strictObject({
  session,
  idempotencyKey,
  otp: v.pipe(v.string(), v.regex(/^[0-9]{4,8}$/)),
});

/** The body of `payment/leave`. */
export const leaveBodySchema: v.GenericSchema<unknown, LeaveBody> = v.strictObject({
  session,
  idempotencyKey,
  to: v.picklist(['bank', 'cancel']),
});

/** A problem; `advice` comes with `PAYMENT_FAILED` only. */
export const problemSchema: v.GenericSchema<unknown, Problem> = v.pipe(
  v.strictObject({ code: v.picklist(problemCodes), advice: v.exactOptional(v.picklist(declineAdvices)) }),
  v.check(({ code, advice }) => advice === undefined || code === 'PAYMENT_FAILED', 'advice without PAYMENT_FAILED'),
);

/** Every answer of HTTP 4xx and 5xx. */
export const problemBodySchema: v.GenericSchema<unknown, ProblemBody> = v.strictObject({ problem: problemSchema });

/** Every answer of HTTP 200, and nothing beside what the browser may know. */
export const paymentViewSchema: v.GenericSchema<unknown, PaymentView> = v.strictObject({
  phase: v.picklist(phases),
  next: v.array(v.picklist(nextSteps)),
  revision: count,
  reference: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/)),
  resendInSeconds: v.exactOptional(seconds),
  pollAfterSeconds: v.exactOptional(seconds),
  session: v.exactOptional(session),
  attempts: v.exactOptional(v.strictObject({ misses: count, leftAtBank: v.exactOptional(count) })),
  problem: v.exactOptional(problemSchema),
  challengeUrl: v.exactOptional(v.pipe(v.string(), v.url(), v.regex(/^[Hh][Tt][Tt][Pp][Ss]?:\/\//))),
  leftForBank: v.exactOptional(v.literal(true)),
  display: v.exactOptional(paymentDisplaySchema),
});
