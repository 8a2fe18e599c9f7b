/** Convenience fees. */
import { type ApiResponse, errorResponse, ok } from './response.ts';
import { cardMethods } from './payment-methods.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Money } from '../lib/money.ts';
import type { SandboxContext } from '../state/context.ts';

/** Computes a convenience fee with the proportions of the guide's sample: 2 % and a fixed part, 18 % tax on both, at most 49.99. */
export function convenienceFee(amount: Money): { readonly value: number; readonly breakdown: JsonObject } {
  const fee = Math.round(amount.value * 0.02);
  const additional = 1000;
  const tax = Math.round((fee + additional) * 0.18);
  const value = Math.min(fee + additional + tax, 4999);
  const money = (paise: number): JsonObject => ({ value: paise, currency: amount.currency });
  return {
    value,
    breakdown: {
      fee_amount: money(fee),
      tax_amount: money(tax),
      additional_fee_amount: money(additional),
      maximum_fee_amount: money(4999),
      applicable_fee_amount: money(value),
    },
  };
}

/** Calculates the fee of an amount paid by one method. Changes nothing. */
export function calculateFees(
  _: SandboxContext,
  body: { readonly amount: Money; readonly payment_method: string; readonly network_type?: string },
): ApiResponse {
  const { amount, payment_method: method, network_type: network } = body;
  if (!cardMethods.includes(method))
    return errorResponse(422, 'PAYMENT_METHOD_NOT_ENABLED', `The sandbox supports ${cardMethods.join(', ')} only`);
  const { value, breakdown } = convenienceFee(amount);
  return ok({
    data: [
      {
        payment_method: method,
        amount: { value: amount.value, currency: amount.currency },
        convenience_fee_breakdown: breakdown,
        payable_amount: { value: amount.value + value, currency: amount.currency },
        ...(network !== undefined && { payment_method_metadata: { network_type: network } }),
      },
    ],
  });
}
