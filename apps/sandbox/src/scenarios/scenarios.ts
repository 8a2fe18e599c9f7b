/** Test cards: a table of scenarios, one per card, as data. */
import type { ErrorDetail } from '../state/state.ts';
import type { WebhookMode } from '../state/settings.ts';

/** Behaviour of the issuer, and of Plural, for one card. An absent member means as documented. */
export interface Behaviour {
  /** Seconds in `resend_after`. */
  readonly resendAfterSeconds: number;
  /** True when the card supports native OTP. */
  readonly nativeOtp: boolean;
  /** True when card details report native OTP and generate rejects it. */
  readonly rejectsGenerate?: boolean;
  /** True when OTPs requested through the API never reach the phone. */
  readonly smsLost?: boolean;
  /** True when the first OTP has expired before it is submitted. */
  readonly firstOtpExpired?: boolean;
  /** Number of wrong OTPs that ends the payment, in place of the setting. */
  readonly otpAttempts?: number;
  /** Number of resends allowed, in place of the setting. */
  readonly otpResends?: number;
  /** Decline after the right OTP. */
  readonly decline?: ErrorDetail | 'byAmount';
  /** Seconds between the right OTP and the issuer's decision. */
  readonly decisionDelaySeconds?: number;
  /** True when an accepted OTP takes effect and the connection breaks before the response. */
  readonly losesSubmitResponse?: boolean;
  /** Seconds after the first OTP at which the order fails. */
  readonly orderFailsAfterSeconds?: number;
  /** Milliseconds that every OTP call takes. */
  readonly otpCallDelayMs?: number;
  /** True for a card issued abroad. */
  readonly international?: boolean;
  /** True when a convenience fee is charged on top of the amount. */
  readonly fee?: boolean;
  /** Delivery of the webhooks, in place of the setting. */
  readonly webhook?: WebhookMode;
}

type ScenarioGroup = 'Everyday' | 'OTP' | 'Bank' | 'Network';

/** A test card and its behaviour. */
export interface Scenario {
  readonly id: string;
  readonly group: ScenarioGroup;
  readonly title: string;
  readonly description: string;
  readonly number: string;
  readonly network: string;
  readonly issuer: string;
  readonly type: 'CREDIT' | 'DEBIT';
  readonly behaviour: Behaviour;
}

const defaultBehaviour: Behaviour = { nativeOtp: true, resendAfterSeconds: 30 };

function card(
  group: ScenarioGroup,
  id: string,
  number: string,
  [network, issuer, type]: readonly [string, string, 'CREDIT' | 'DEBIT'],
  title: string,
  description: string,
  behaviour: Partial<Behaviour> = {},
): Scenario {
  return {
    id,
    group,
    title,
    description,
    number,
    network,
    issuer,
    type,
    behaviour: { ...defaultBehaviour, ...behaviour },
  };
}

const visa = ['VISA', 'HDFC', 'CREDIT'] as const;

/** All test cards. The start message, `/sandbox/scenarios` and the table in the docs show them. */
export const scenarios: readonly Scenario[] = [
  card('Everyday', 'pays', '4012001037141112', visa, 'Pays', 'Native OTP; the right OTP pays at once.'),
  card(
    'Everyday',
    'quick-resend',
    '4111111111111111',
    ['VISA', 'ICICI', 'CREDIT'],
    'Quick resend',
    'As the first, but another OTP may be requested after 2 seconds.',
    { resendAfterSeconds: 2 },
  ),
  card(
    'Everyday',
    'bank-page-only',
    '5105105105105100',
    ['MASTERCARD', 'AXIS', 'CREDIT'],
    "Bank's page only",
    "No native OTP: generate is rejected, the bank's page accepts the OTP.",
    { nativeOtp: false },
  ),
  card(
    'Everyday',
    'debit',
    '5555555555554444',
    ['MASTERCARD', 'SBI', 'DEBIT'],
    'Debit card',
    'A debit card that pays.',
  ),
  card(
    'Everyday',
    'rupay',
    '6521000000000007',
    ['RUPAY', 'SBI', 'CREDIT'],
    'RuPay credit',
    'A RuPay credit card that pays.',
  ),
  card(
    'Everyday',
    'fee',
    '4000000000000101',
    ['VISA', 'KOTAK', 'CREDIT'],
    'Fee on top',
    "A convenience fee is charged on top; the bank's message states the total.",
    { fee: true },
  ),
  card(
    'Everyday',
    'international',
    '4000000000000119',
    ['VISA', 'INTERNATIONAL BANK', 'CREDIT'],
    'International card',
    "Issued abroad: no native OTP, the bank's page accepts the OTP.",
    { nativeOtp: false, international: true },
  ),
  card(
    'OTP',
    'sms-lost',
    '4000000000000200',
    visa,
    'OTP never arrives',
    "OTPs requested through the API do not reach the phone; the bank's page sends one that does.",
    { smsLost: true },
  ),
  card(
    'OTP',
    'code-expired',
    '4000000000000218',
    visa,
    'First OTP expired',
    'The first OTP is rejected as expired and does not count as wrong; a resent one pays.',
    { firstOtpExpired: true, resendAfterSeconds: 2 },
  ),
  card(
    'OTP',
    'resend-limit',
    '4000000000000226',
    visa,
    'One resend only',
    'A second resend is rejected; the OTP still pays.',
    { otpResends: 1, resendAfterSeconds: 2 },
  ),
  card('OTP', 'one-attempt', '4000000000000234', visa, 'One attempt only', 'The first wrong OTP ends the payment.', {
    otpAttempts: 1,
  }),
  card(
    'OTP',
    'generate-rejected',
    '4000000000000242',
    visa,
    'Generate rejected',
    "Card details report native OTP, generate rejects it; the bank's page works.",
    { rejectsGenerate: true },
  ),
  card(
    'OTP',
    'long-wait',
    '4000000000000259',
    visa,
    'Long wait',
    "Another OTP only after 180 seconds, as in the guide's sample.",
    { resendAfterSeconds: 180 },
  ),
  card(
    'Bank',
    'no-funds',
    '4000000000000309',
    visa,
    'Insufficient funds',
    'The right OTP is accepted, then the bank declines: INSUFFICIENT_FUNDS.',
    { decline: { code: 'INSUFFICIENT_FUNDS', message: 'The account has insufficient funds' } },
  ),
  card(
    'Bank',
    'risk',
    '4000000000000317',
    visa,
    'Declined for risk',
    'The right OTP is accepted, then the bank declines: RISK_CHECK_FAILED.',
    { decline: { code: 'RISK_CHECK_FAILED', message: 'The payment did not pass the risk check' } },
  ),
  card(
    'Bank',
    'amount-decides',
    '4000000000000325',
    visa,
    'The amount decides',
    "The amount's last two digits choose the decline, by the table of amounts; any other pays.",
    { decline: 'byAmount' },
  ),
  card(
    'Bank',
    'slow',
    '4000000000000333',
    visa,
    'Slow bank',
    'The bank decides 6 seconds after the right OTP; until then the payment is PENDING.',
    { decisionDelaySeconds: 6 },
  ),
  card(
    'Bank',
    'very-slow',
    '4000000000000341',
    visa,
    'Very slow bank',
    'The bank decides 90 seconds after the right OTP.',
    { decisionDelaySeconds: 90 },
  ),
  card(
    'Bank',
    'slow-decline',
    '4000000000000358',
    visa,
    'Declined late',
    'The bank declines 6 seconds after the right OTP: PAYMENT_DECLINED.',
    { decisionDelaySeconds: 6, decline: { code: 'PAYMENT_DECLINED', message: 'The bank declined the payment' } },
  ),
  card(
    'Bank',
    'order-fails',
    '4000000000000366',
    visa,
    'Order fails early',
    'Ten seconds after the first OTP the order fails: PAYMENT_EXPIRED.',
    { orderFailsAfterSeconds: 10 },
  ),
  card(
    'Network',
    'response-lost',
    '4000000000000408',
    visa,
    'Response lost',
    'The right OTP pays, but the response to submit is lost: only the order shows it.',
    { losesSubmitResponse: true },
  ),
  card(
    'Network',
    'webhook-only',
    '4000000000000416',
    visa,
    'Webhook only',
    'The response to submit is lost and the bank decides 6 seconds later: the webhook is the first sign of it.',
    { losesSubmitResponse: true, decisionDelaySeconds: 6 },
  ),
  card('Network', 'no-webhook', '4000000000000424', visa, 'No webhook', 'Pays, but no webhook is ever sent.', {
    webhook: 'never',
  }),
  card(
    'Network',
    'duplicate-webhook',
    '4000000000000432',
    visa,
    'Duplicate webhook',
    'Pays, and every webhook is delivered twice.',
    { webhook: 'duplicate' },
  ),
  card(
    'Network',
    'forged-webhook',
    '4000000000000440',
    visa,
    'Webhook with a wrong signature',
    'Pays, but its webhooks do not verify.',
    { webhook: 'wrongSignature' },
  ),
  card('Network', 'slow-calls', '4000000000000457', visa, 'Slow calls', 'Every OTP call takes 3 seconds.', {
    otpCallDelayMs: 3000,
  }),
];
