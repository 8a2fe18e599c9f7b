import type { CardDetailsAnswer, PaymentRequest } from '@plural-otp/core';
import type { PaymentDisplay } from '@plural-otp/flow/contract';
import type { Parts } from '../context.ts';
import { present } from '../lib/omit-undefined.ts';
import type { NativeOtpSource } from '../payment/order-record.ts';
import type { StartPaymentInput } from './started-payment.ts';

/** What is known of the card before the payment is made. */
export interface CardAnswer {
  /** Absent: nobody could tell. */
  nativeOtp?: boolean;
  from: NativeOtpSource;
  display: PaymentDisplay;
}

const cardDetailsLimitMs = 4000;
const longestText = 100;
const shortened = (text: unknown): string | undefined =>
  typeof text === 'string' && text !== '' ? text.slice(0, longestText) : undefined;

/** Asks whether the card's bank sends codes for this page. No answer is not a no: the order may know. */
export async function askCard(parts: Parts, input: StartPaymentInput): Promise<CardAnswer> {
  const { payment, nativeOtp, cardDetails } = input;
  const answer = cardDetails ?? (nativeOtp === undefined ? await ask(parts, payment) : undefined);
  const card = answer?.card_payment_details?.[0];
  const from: NativeOtpSource = nativeOtp === undefined ? 'cardDetails' : 'caller';
  return present({
    nativeOtp: nativeOtp ?? card?.is_native_otp_supported,
    from,
    display: present({
      merchantName: shortened(input.display?.merchantName),
      destination: shortened(input.display?.destination),
      network: card?.card_network || undefined,
      issuer: card?.card_issuer || undefined,
      lastDigits: lastDigitsOf(payment),
    }),
  });
}

async function ask(
  { plural, reportError }: Parts,
  { payment_option: option, payment_amount: amount }: PaymentRequest,
): Promise<CardDetailsAnswer | undefined> {
  try {
    const { card_details: card, card_token_details: token } = option;
    const identifier = card
      ? { payment_identifier: card.card_number, payment_reference_type: 'CARD' as const }
      : { payment_identifier: token.token, payment_reference_type: `${token.token_txn_type}_TXN` as const };
    return await plural.getCardDetails(
      { amount: String(amount.value), card_details: [identifier] },
      { timeoutMs: cardDetailsLimitMs },
    );
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

function lastDigitsOf({ payment_option: option }: PaymentRequest): string | undefined {
  const number = option?.card_details?.card_number ?? option?.card_token_details?.last4_digit;
  return /[0-9]{4}$/.exec(String(number).replaceAll(/\D/g, ''))?.[0];
}
