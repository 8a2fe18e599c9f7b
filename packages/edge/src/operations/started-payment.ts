import type { CardDetailsResponse, Order, PaymentRequest } from '@plural-otp/core';
import type { PaymentDisplay, PaymentView } from '@plural-otp/flow/contract';
import type { NativeOtpSource } from '../payment/order-record.ts';

/** Input of `startPayment`. */
export interface StartPaymentInput {
  orderId: string;
  /**
   * The payment to create. Its `merchant_payment_reference` is the idempotency key: a repeated call returns the same
   * payment.
   */
  payment: PaymentRequest;
  /** Result of `getCardDetails` for this card, when the caller has it already. */
  cardDetails?: CardDetailsResponse;
  /**
   * `false` sends the customer to the bank's page; `true` offers native OTP without a lookup.
   *
   * @default looked up at Plural
   */
  nativeOtp?: boolean;
  /**
   * Display values that the order does not have. `statementName`: the name that the bank's message prints, given only
   * where it is known, because customers are asked to look for it. A `destination` is masked: it shows at most four digits.
   * A name is cut to 100 characters, and left out where its digits could be a card number.
   */
  display?: Pick<PaymentDisplay, 'merchantName' | 'statementName' | 'destination'>;
  /**
   * `'now'` requests the OTP in the same call, so that the page opens with its field. An OTP is requested once: a
   * repeated start never sends a second one. The call takes as long as the issuer does, at most `limits.callSeconds`.
   *
   * @default requested by the page
   */
  generate?: 'now';
  /** Starts although another payment of the order may still succeed, and the customer may pay twice. @default false */
  evenIfUndecided?: boolean;
}

/** A started payment. Only `client` may be sent to the browser. */
export interface StartedPayment {
  /** Input of `<plural-otp>`: its session and its first view. */
  client: { session: string; view: PaymentView };
  orderId: string;
  paymentId: string;
  /** True when the OTP can be entered on the merchant's page. */
  nativeOtp: boolean;
  nativeOtpFrom: NativeOtpSource;
  /** URL of the bank's own page. */
  challengeUrl?: string;
  /** The order as Plural returned it; absent when the result came from the record. */
  order?: Order;
}
