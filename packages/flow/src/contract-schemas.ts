/** Valibot schemas of the contract, for backends that validate requests and for tests. */
import * as v from 'valibot';
import {
  declineAdvices,
  entryManners,
  nextSteps,
  phases,
  problemCodes,
  type ActionBody,
  type EntryNote,
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
const nonEmptyString = v.pipe(v.string(), v.nonEmpty());

/** An amount in the currency's minor unit. */
export const moneySchema: v.GenericSchema<unknown, Money> = v.strictObject({
  value: count,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
});

/** A masked phone number or address with at most four ASCII digits. */
export const destinationSchema: v.GenericSchema<unknown, string> = v.pipe(
  nonEmptyString,
  v.regex(/^[^0-9]*(?:[0-9][^0-9]*){0,4}$/),
);

/** Details of the payment that the step shows. */
export const paymentDisplaySchema: v.GenericSchema<unknown, PaymentDisplay> = v.strictObject({
  merchantName: v.exactOptional(nonEmptyString),
  amount: v.exactOptional(moneySchema),
  fee: v.exactOptional(moneySchema),
  network: v.exactOptional(nonEmptyString),
  issuer: v.exactOptional(nonEmptyString),
  lastDigits: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9]{4}$/))),
  destination: v.exactOptional(destinationSchema),
  preAuth: v.exactOptional(v.boolean()),
});

/** Body of `payment`. Like every body schema here, it rejects unknown members. */
export const sessionBodySchema: v.GenericSchema<unknown, SessionBody> = v.strictObject({ session });

/** Body of `otp/generate` and `otp/resend`. */
export const actionBodySchema: v.GenericSchema<unknown, ActionBody> = v.strictObject({ session, idempotencyKey });

const entrySeconds = v.pipe(count, v.maxValue(600));

/** A note on how the code was entered. */
export const entryNoteSchema: v.GenericSchema<unknown, EntryNote> = v.strictObject({
  by: v.exactOptional(v.picklist(entryManners)),
  edited: v.exactOptional(v.literal(true)),
  firstKeySeconds: v.exactOptional(entrySeconds),
  hiddenSeconds: v.exactOptional(entrySeconds),
  usableMs: v.exactOptional(v.pipe(count, v.maxValue(600_000))),
});

/** Body of `otp/submit`: the OTP is a string of 4 to 8 ASCII digits. */
export const submitBodySchema: v.GenericSchema<unknown, SubmitBody> = v.strictObject({
  session,
  idempotencyKey,
  otp: v.pipe(v.string(), v.regex(/^[0-9]{4,8}$/)),
  entry: v.exactOptional(entryNoteSchema),
});

/** Body of `payment/leave`. */
export const leaveBodySchema: v.GenericSchema<unknown, LeaveBody> = v.strictObject({
  session,
  idempotencyKey,
  to: v.picklist(['bank', 'cancel', 'away']),
  entry: v.exactOptional(entryNoteSchema),
});

/** A problem; `advice` is allowed with `PAYMENT_FAILED` only. */
export const problemSchema: v.GenericSchema<unknown, Problem> = v.pipe(
  v.strictObject({ code: v.picklist(problemCodes), advice: v.exactOptional(v.picklist(declineAdvices)) }),
  v.check(({ code, advice }) => advice === undefined || code === 'PAYMENT_FAILED', 'advice without PAYMENT_FAILED'),
);

/** Body of every response with status 4xx or 5xx. */
export const problemBodySchema: v.GenericSchema<unknown, ProblemBody> = v.strictObject({ problem: problemSchema });

/** Body of every response with status 200. Rejects unknown members, so that nothing else can leak to the browser. */
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
