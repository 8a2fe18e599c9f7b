/** Looks up whether a card supports native OTP before its payment is created. */

import type { CardDetailsResponse, PaymentRequest } from '@plural-otp/core';
import type { PaymentDisplay } from '@plural-otp/flow/contract';
import type { HandlerContext } from '../context.ts';
import { omitUndefined, sha256, toBase64url } from '@plural-otp/core/internal';
import type { NativeOtpSource } from '../payment/order-record.ts';
import { toDisplayName } from '../payment/payment-entry.ts';
import type { StartPaymentInput } from './started-payment.ts';

/** Facts about a card before its payment is created. */
export interface CardLookup {
  /** Absent when unknown. */
  nativeOtp?: boolean;
  from: NativeOtpSource;
  display: PaymentDisplay;
}

const cardDetailsTimeoutMs = 4000;

/** Looks up whether the card supports native OTP. A failed lookup means unknown, not no: the order may show it. */
export async function lookUpCard(context: HandlerContext, input: StartPaymentInput): Promise<CardLookup> {
  const { payment, nativeOtp, cardDetails } = input;
  const details = cardDetails ?? (nativeOtp === undefined ? await fetchCardDetails(context, payment) : undefined);
  const card = details?.card_payment_details?.[0];
  // The caller's own value may be of any type.
  const flag: unknown = card?.is_native_otp_supported;
  const from: NativeOtpSource = nativeOtp === undefined ? 'cardDetails' : 'caller';
  return omitUndefined({
    nativeOtp: nativeOtp ?? (typeof flag === 'boolean' ? flag : undefined),
    from,
    display: omitUndefined({
      merchantName: toDisplayName(input.display?.merchantName),
      statementName: toDisplayName(input.display?.statementName),
      destination: toDisplayName(input.display?.destination),
      network: toDisplayName(card?.card_network),
      issuer: toDisplayName(card?.card_issuer),
      lastDigits: getLastDigits(payment),
    }),
  });
}

async function fetchCardDetails(
  { plural, reportError }: HandlerContext,
  { payment_option: option, payment_amount: amount }: PaymentRequest,
): Promise<CardDetailsResponse | undefined> {
  try {
    const { card_details: card, card_token_details: token } = option;
    // Plural documents no lookup by the id of a card that it saved: the order of the payment shows what the card can do.
    if (token !== undefined && token.token === undefined) return undefined;
    const identifier = card
      ? { payment_identifier: card.card_number, payment_reference_type: 'CARD' as const }
      : { payment_identifier: token.token, payment_reference_type: `${token.token_txn_type}_TXN` as const };
    return await plural.getCardDetails(
      { amount: String(amount.value), card_details: [identifier] },
      { timeoutMs: cardDetailsTimeoutMs },
    );
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/** Identity of the card of a payment, as far as a record may keep it. */
export interface CardIdentity {
  /** Absent for a saved card whose digits were not given. */
  lastDigits?: string | undefined;
  /** Digest of the id of a card that Plural saved; absent for any other card. */
  savedCard?: string | undefined;
}

/** Returns the identity of the card of a payment. */
export async function identifyCard(payment: PaymentRequest): Promise<CardIdentity> {
  const tokenId = payment.payment_option?.card_token_details?.token_id;
  return {
    lastDigits: getLastDigits(payment),
    // With the reference, so that payments by one card have nothing in common in the store.
    savedCard:
      tokenId === undefined
        ? undefined
        : toBase64url((await sha256(`${payment.merchant_payment_reference}|${tokenId}`)).subarray(0, 12)),
  };
}

/** Returns the last four digits of the card of a payment, where they are known. */
function getLastDigits({ payment_option: option }: PaymentRequest): string | undefined {
  const number = option?.card_details?.card_number ?? option?.card_token_details?.last4_digit;
  return /[0-9]{4}$/.exec(String(number).replaceAll(/\D/g, ''))?.[0];
}
