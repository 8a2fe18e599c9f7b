/**
 * Plural's wire format as valibot schemas and types: requests as they are validated before sending, responses as they
 * are parsed.
 *
 * @example
 * ```ts
 * import { orderSchema, type Order } from '@plural-otp/core/wire';
 *
 * // The schemas implement Standard Schema; valibot's own functions accept them too.
 * export async function parseOrder(stored: string): Promise<Order> {
 *   const result = await orderSchema['~standard'].validate(JSON.parse(stored));
 *   if (result.issues !== undefined) throw new TypeError('not an order');
 *   return result.value;
 * }
 * ```
 */

export { moneySchema, reportedMoneySchema, type Money } from './money.ts';
export {
  cardDetailsResponseSchema,
  getCardDetailsSchema,
  type CardDetailsResponse,
  type CardPaymentDetails,
  type GetCardDetailsBody,
} from './card.ts';
export {
  captureOrderSchema,
  createOrderSchema,
  orderSchema,
  refundOrderSchema,
  type Address,
  type CaptureOrderBody,
  type CreateOrderBody,
  type Customer,
  type Order,
  type RefundOrderBody,
} from './order.ts';
export {
  otpAcceptanceSchema,
  otpPromptSchema,
  otpSchema,
  paymentIdSchema,
  submitOtpSchema,
  type OtpAcceptance,
  type OtpPrompt,
  type PaymentIdBody,
  type SubmitOtpBody,
} from './otp.ts';
export { OrderStatus, OtpNextStep, PaymentStatus } from './statuses.ts';
export {
  createPaymentSchema,
  type CardDetails,
  type CardTokenDetails,
  type CreatePaymentBody,
  type DeviceInfo,
  type PaymentRequest,
  type SavedCardDetails,
  type TokenTransactionType,
} from './payment-request.ts';
export {
  reportedPaymentSchema,
  type AcquirerData,
  type Capture,
  type CardData,
  type ConvenienceFeeBreakdown,
  type Payment,
  type PaymentErrorDetail,
} from './payment.ts';
export type { JsonObject, Schema } from './parse.ts';
export { idSchema, referenceSchema } from './ids.ts';
export { tokenResponseSchema, tokenSchema, type TokenResponse, type TokenBody } from './token.ts';
