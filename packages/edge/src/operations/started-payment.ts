import type { CardDetailsResponse, Order, PaymentRequest } from '@plural-otp/core';
import type { PaymentDisplay, PaymentView } from '@plural-otp/flow/contract';
import type { NativeOtpSource } from '../payment/order-record.ts';

/** What `startPayment` takes. */
export interface StartPaymentInput {
  orderId: string;
  /** The one payment to make; its `merchant_payment_reference` is what makes a repeated call the same payment. */
  payment: PaymentRequest;
  /** What `getCardDetails` said of this card, when the caller has asked already. */
  cardDetails?: CardDetailsResponse;
  /** `false` sends the customer to the bank's page; `true` offers OTP without asking. @default Plural is asked */
  nativeOtp?: boolean;
  /** All else that is shown comes from the order. A `destination` is masked: at most four digits of it. */
  display?: Pick<PaymentDisplay, 'merchantName' | 'destination'>;
  /** Starts although another payment of the order may still succeed: the customer may then pay twice. @default false */
  evenIfUndecided?: boolean;
}

/** A payment that was started. Only `client` is meant for the browser. */
export interface StartedPayment {
  /** What `<plural-otp>` needs: its session, and its first screen. */
  client: { session: string; view: PaymentView };
  orderId: string;
  paymentId: string;
  /** Whether the OTP can be asked for on the merchant's page. */
  nativeOtp: boolean;
  nativeOtpFrom: NativeOtpSource;
  /** The bank's own page. */
  challengeUrl?: string;
  /** The order as Plural gave it; absent when the answer came from the record. */
  order?: Order;
}
