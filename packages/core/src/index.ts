export { createPlural } from './client/create-plural.ts';
export type { Plural } from './client/plural.ts';
export type { CallOptions } from './client/exchange.ts';
export type { PluralRequest, PluralResponse } from './client/request.ts';
export { getResponseInfo, type ResponseInfo } from './client/response-info.ts';
export type { CallRecord, Environment, PluralOptions, RequestRecord } from './client/options.ts';
export type { TokenStore } from './client/token-store.ts';
export type { Fetch } from './client/http.ts';
export type { Operation, Outcome } from './errors/operations.ts';
export { unknownOutcomeRemedies, errorTable, type ErrorMeaning, type PluralErrorCode } from './errors/error-codes.ts';
export {
  isPluralError,
  PluralError,
  type Issue,
  type PluralErrorDetails,
  type Upstream,
  type UpstreamDetails,
} from './errors/plural-error.ts';
export { verifyReturn, type PaymentReturn, type ReturnFields, type VerifyReturnOptions } from './signatures/return.ts';
export {
  verifyWebhook,
  type VerifyWebhookOptions,
  type WebhookHeaders,
  type WebhookMessage,
} from './signatures/webhook.ts';
export {
  WebhookEventType,
  type CustomerEvent,
  type EventData,
  type OrderEvent,
  type OtherEvent,
  type OtherEventType,
  type TokenEvent,
  type WebhookEvent,
} from './signatures/webhook-event.ts';
export type { HeaderSource } from './lib/get-header.ts';
export type { KeyEncoding } from './crypto/hmac.ts';
export type { WebCryptoKey } from './crypto/encryption.ts';
export type { Money } from './wire/money.ts';
export type { CardDetailsResponse, CardPaymentDetails, GetCardDetailsBody } from './wire/card.ts';
export type { Address, CaptureOrderBody, CreateOrderBody, Customer, Order, RefundOrderBody } from './wire/order.ts';
export type { OtpAcceptance, OtpPrompt } from './wire/otp.ts';
export { OrderStatus, OtpNextStep, PaymentStatus } from './wire/statuses.ts';
export type {
  CardDetails,
  CardTokenDetails,
  CreatePaymentBody,
  DeviceInfo,
  PaymentRequest,
  SavedCardDetails,
  TokenTransactionType,
} from './wire/payment-request.ts';
export type {
  AcquirerData,
  Capture,
  CardData,
  ConvenienceFeeBreakdown,
  Payment,
  PaymentErrorDetail,
} from './wire/payment.ts';
export type { JsonObject } from './wire/parse.ts';
export { getPaymentOutcome, type PaymentOutcome, type UndecidedReason } from './outcome/payment-outcome.ts';
export { formatRupees, parseRupees } from './rupees.ts';
export { deviceInfoFrom, type DeviceInfoSource, type CollectedDeviceInfo } from './device-info.ts';
export {
  findCapture,
  findPayment,
  cancelOutcome,
  submitOutcome,
  type CancelOutcome,
  type SubmitOutcome,
} from './client/write-outcome.ts';
