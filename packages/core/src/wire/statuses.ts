/**
 * Words of Plural's open sets, as types and as constants of the same name: a misspelt constant is an error of the
 * compiler, a misspelt string is not, because Plural may send words that this version does not know.
 */

/** Statuses of an order that this version knows. `AUTHORIZED` exists only with `pre_auth`. [source: life-cycle] */
export const OrderStatus = {
  CREATED: 'CREATED',
  PENDING: 'PENDING',
  ATTEMPTED: 'ATTEMPTED',
  AUTHORIZED: 'AUTHORIZED',
  PARTIALLY_CAPTURED: 'PARTIALLY_CAPTURED',
  PROCESSED: 'PROCESSED',
  CANCELLED: 'CANCELLED',
  FAILED: 'FAILED',
  PARTIALLY_REFUNDED: 'PARTIALLY_REFUNDED',
  FULLY_REFUNDED: 'FULLY_REFUNDED',
} as const;
/** Status of an order: an open set, in upper case. */
export type OrderStatus = keyof typeof OrderStatus | (string & {});

/** Statuses of a payment that this version knows. [source: life-cycle] */
export const PaymentStatus = {
  PENDING: 'PENDING',
  AUTHORIZED: 'AUTHORIZED',
  PROCESSED: 'PROCESSED',
  CANCELLED: 'CANCELLED',
  FAILED: 'FAILED',
} as const;
/** Status of a payment: an open set, in upper case; empty when Plural's cannot be read. */
export type PaymentStatus = keyof typeof PaymentStatus | (string & {});

/** Next steps of an OTP that this version knows. `NONE`: this payment accepts no further OTP. [source: otp-draft] */
export const OtpNextStep = { SUBMIT_OTP: 'SUBMIT_OTP', RESEND_OTP: 'RESEND_OTP', NONE: 'NONE' } as const;
/** Next step that Plural allows: an open set, in upper case. */
export type OtpNextStep = keyof typeof OtpNextStep | (string & {});
