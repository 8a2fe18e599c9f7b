/** Payments as their order reports them. */

import * as v from 'valibot';
import { decisiveMoneySchema, reportedMoneySchema, type Money } from './money.ts';
import { lenient, jsonObject, coerceString, upperCase, type Schema } from './parse.ts';
import type { PaymentStatus } from './statuses.ts';

/** Reason for which a payment failed, as Plural states it. */
export interface PaymentErrorDetail {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** Plural's own account of the cause: what it concerns, at which step, and why. */
  readonly additional_error_details?:
    | { readonly source?: string; readonly step?: string; readonly reason?: string; readonly [member: string]: unknown }
    | undefined;
  readonly [member: string]: unknown;
}

/** References of the acquiring bank, which support asks for. */
export interface AcquirerData {
  readonly approval_code?: string | undefined;
  readonly acquirer_reference?: string | undefined;
  /** Retrieval reference number: the bank finds the payment by it. */
  readonly rrn?: string | undefined;
  readonly is_aggregator?: boolean | undefined;
  readonly [member: string]: unknown;
}

/** One capture of a payment. */
export interface Capture {
  readonly merchant_capture_reference?: string | undefined;
  readonly capture_amount?: Money | undefined;
  readonly created_at?: string | undefined;
  readonly [member: string]: unknown;
}

/** Fee that the customer pays in addition; `applicable_fee_amount` is the part that is added to the amount. */
export interface ConvenienceFeeBreakdown {
  readonly fee_amount?: Money | undefined;
  readonly tax_amount?: Money | undefined;
  readonly additional_fee_amount?: Money | undefined;
  readonly maximum_fee_amount?: Money | undefined;
  readonly applicable_fee_amount?: Money | undefined;
  readonly [member: string]: unknown;
}

/** Card of a payment, as far as Plural reports it. */
export interface CardData {
  readonly card_type?: string | undefined;
  readonly network_name?: string | undefined;
  readonly issuer_name?: string | undefined;
  readonly card_category?: string | undefined;
  readonly country_code?: string | undefined;
  readonly token_txn_type?: string | undefined;
  readonly last4_digit?: string | undefined;
  readonly is_native_otp_eligible?: boolean | undefined;
  readonly [member: string]: unknown;
}

/** A payment, as its order reports it. */
export interface Payment {
  readonly id: string;
  readonly status: PaymentStatus;
  readonly merchant_payment_reference?: string | undefined;
  /** Its `value` is `NaN`, which equals nothing, when Plural's cannot be read. */
  readonly payment_amount?: Money | undefined;
  readonly payment_method?: string | undefined;
  readonly payment_option?:
    | { readonly card_data?: CardData | undefined; readonly [member: string]: unknown }
    | undefined;
  readonly convenience_fee_breakdown?: ConvenienceFeeBreakdown | undefined;
  readonly acquirer_data?: AcquirerData | undefined;
  readonly capture_data?: readonly Capture[] | undefined;
  readonly error_detail?: PaymentErrorDetail | undefined;
  /** ISO 8601, UTC. */
  readonly created_at?: string | undefined;
  readonly updated_at?: string | undefined;
  readonly [member: string]: unknown;
}

const reportedAmount = lenient(reportedMoneySchema);

/** Parses a payment of an order. */
export const reportedPaymentSchema: Schema<Payment> = v.looseObject({
  id: v.pipe(coerceString, v.nonEmpty()),
  status: v.fallback(upperCase, ''),
  merchant_payment_reference: lenient(coerceString),
  payment_amount: decisiveMoneySchema,
  payment_method: lenient(upperCase),
  payment_option: lenient(
    v.looseObject({
      card_data: lenient(
        v.looseObject({
          card_type: lenient(coerceString),
          network_name: lenient(coerceString),
          issuer_name: lenient(coerceString),
          card_category: lenient(coerceString),
          country_code: lenient(coerceString),
          token_txn_type: lenient(coerceString),
          last4_digit: lenient(coerceString),
          is_native_otp_eligible: lenient(v.boolean()),
        }),
      ),
    }),
  ),
  convenience_fee_breakdown: lenient(
    v.looseObject({
      fee_amount: reportedAmount,
      tax_amount: reportedAmount,
      additional_fee_amount: reportedAmount,
      maximum_fee_amount: reportedAmount,
      applicable_fee_amount: reportedAmount,
    }),
  ),
  acquirer_data: lenient(
    v.looseObject({
      approval_code: lenient(coerceString),
      acquirer_reference: lenient(coerceString),
      rrn: lenient(coerceString),
      is_aggregator: lenient(v.boolean()),
    }),
  ),
  capture_data: lenient(
    v.array(
      v.looseObject({
        merchant_capture_reference: lenient(coerceString),
        capture_amount: reportedAmount,
        created_at: lenient(v.string()),
      }),
    ),
  ),
  error_detail: lenient(
    v.looseObject({
      code: lenient(coerceString),
      message: lenient(v.string()),
      additional_error_details: lenient(jsonObject),
    }),
  ),
  created_at: lenient(v.string()),
  updated_at: lenient(v.string()),
});
