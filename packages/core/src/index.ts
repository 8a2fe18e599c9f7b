export { createPlural, type Plural } from './client.ts';
export type { CallOptions } from './call.ts';
export type { CallRecord, Environment, PluralOptions } from './options.ts';
export type { TokenStore } from './token-store.ts';
export type { Fetch } from './http.ts';
export {
  afterUnclear,
  errorTable,
  type ErrorMeaning,
  type Operation,
  type Outcome,
  type PluralErrorCode,
} from './errors.ts';
export { isPluralError, PluralError, type Issue, type PluralErrorDetails, type Upstream } from './plural-error.ts';
export { verifyReturn, type PaymentReturn, type ReturnFields, type VerifyReturnOptions } from './return-signature.ts';
export {
  verifyWebhook,
  type VerifyWebhookOptions,
  type WebhookEvent,
  type WebhookEventType,
  type WebhookHeaders,
  type WebhookMessage,
} from './webhook-signature.ts';
export type { KeyEncoding } from './hmac.ts';
export type { WebCryptoKey } from './derive-key.ts';
export type { Money } from './wire/amount.ts';
export type { CardDetailsAnswer, CardPaymentDetails, GetCardDetailsBody } from './wire/card.ts';
export type {
  Address,
  CaptureOrderBody,
  CreateOrderBody,
  Customer,
  Order,
  OrderStatus,
  RefundOrderBody,
} from './wire/order.ts';
export type { OtpAcceptance, OtpNextStep, OtpPrompt } from './wire/otp.ts';
export type {
  Capture,
  CardData,
  CardDetails,
  CardTokenDetails,
  ConvenienceFeeBreakdown,
  CreatePaymentBody,
  DeviceInfo,
  Payment,
  PaymentErrorDetail,
  PaymentRequest,
  PaymentStatus,
} from './wire/payment.ts';
export type { JsonObject } from './wire/reading.ts';
export { deviceInfoFrom, type CollectedDeviceInfo } from './device-info.ts';
export {
  findCapture,
  findPayment,
  readCancel,
  readSubmit,
  type CancelReading,
  type SubmitReading,
} from './reconcile.ts';
