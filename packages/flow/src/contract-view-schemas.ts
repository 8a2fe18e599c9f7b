/** Valibot schemas of what a backend responds with. */
import * as v from 'valibot';
import {
  declineAdvices,
  nextSteps,
  phases,
  problemCodes,
  type Money,
  type PaymentDisplay,
  type PaymentView,
  type Problem,
  type ProblemBody,
} from './contract.ts';
import { countSchema, destinationSchema, nonEmptyStringSchema, sessionSchema } from './contract-body-schemas.ts';

const seconds = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(86_400));

/** An amount in the currency's minor unit. */
export const moneySchema: v.GenericSchema<unknown, Money> = v.strictObject({
  value: countSchema,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
});

/** Details of the payment that the step shows. */
export const paymentDisplaySchema: v.GenericSchema<unknown, PaymentDisplay> = v.strictObject({
  merchantName: v.exactOptional(nonEmptyStringSchema),
  statementName: v.exactOptional(nonEmptyStringSchema),
  amount: v.exactOptional(moneySchema),
  fee: v.exactOptional(moneySchema),
  network: v.exactOptional(nonEmptyStringSchema),
  issuer: v.exactOptional(nonEmptyStringSchema),
  lastDigits: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9]{4}$/))),
  destination: v.exactOptional(destinationSchema),
  preAuth: v.exactOptional(v.boolean()),
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
  revision: countSchema,
  reference: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/)),
  resendInSeconds: v.exactOptional(seconds),
  pollAfterSeconds: v.exactOptional(seconds),
  session: v.exactOptional(sessionSchema),
  attempts: v.exactOptional(v.strictObject({ misses: countSchema, leftAtBank: v.exactOptional(countSchema) })),
  problem: v.exactOptional(problemSchema),
  challengeUrl: v.exactOptional(v.pipe(v.string(), v.url(), v.regex(/^[Hh][Tt][Tt][Pp][Ss]?:\/\//))),
  leftForBank: v.exactOptional(v.literal(true)),
  display: v.exactOptional(paymentDisplaySchema),
});
