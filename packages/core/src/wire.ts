/** Plural's wire as schemas and types: what core checks before sending and reads from answers. */

export { moneySchema, reportedMoneySchema, type Money } from './wire/amount.ts';
export {
  cardDetailsAnswerSchema,
  getCardDetailsSchema,
  type CardDetailsAnswer,
  type CardPaymentDetails,
  type GetCardDetailsBody,
} from './wire/card.ts';
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
  type OrderStatus,
  type RefundOrderBody,
} from './wire/order.ts';
export {
  otpAcceptanceSchema,
  otpPromptSchema,
  otpSchema,
  paymentIdSchema,
  submitOtpSchema,
  type OtpAcceptance,
  type OtpNextStep,
  type OtpPrompt,
  type PaymentIdBody,
  type SubmitOtpBody,
} from './wire/otp.ts';
export {
  createPaymentSchema,
  reportedPaymentSchema,
  type Capture,
  type CardData,
  type CardDetails,
  type CardTokenDetails,
  type ConvenienceFeeBreakdown,
  type CreatePaymentBody,
  type DeviceInfo,
  type Payment,
  type PaymentErrorDetail,
  type PaymentRequest,
  type PaymentStatus,
} from './wire/payment.ts';
export type { JsonObject, Shape } from './wire/reading.ts';
export { idSchema, referenceSchema } from './wire/reference.ts';
export { tokenAnswerSchema, tokenSchema, type TokenAnswer, type TokenBody } from './wire/token.ts';
