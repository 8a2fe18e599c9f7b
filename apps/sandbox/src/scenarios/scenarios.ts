import type { ErrorDetail } from '../state/state.ts';
import type { WebhookMode } from '../state/settings.ts';

/** How the card's bank, and Plural around it, behave. Absent: as documented, without a surprise. */
export interface Behaviour {
  /** `resend_after`, seconds. */
  readonly resendAfterSeconds: number;
  readonly nativeOtp: boolean;
  /** Card details promise native OTP, generate refuses it. */
  readonly rejectsGenerate?: boolean;
  /** Codes asked for through the API never reach the phone. */
  readonly smsLost?: boolean;
  /** The first code has expired before anyone types it. */
  readonly firstCodeExpired?: boolean;
  readonly otpAttempts?: number;
  readonly otpResends?: number;
  /** What the bank says after a right code. */
  readonly decline?: ErrorDetail | 'byAmount';
  /** Seconds between the right code and the bank's decision. */
  readonly decisionDelaySeconds?: number;
  /** The submit call takes effect, and its answer never arrives. */
  readonly losesSubmitResponse?: boolean;
  /** Seconds after the first code at which the order fails by itself. */
  readonly orderFailsAfterSeconds?: number;
  /** Milliseconds every OTP call takes. */
  readonly otpCallDelayMs?: number;
  readonly international?: boolean;
  /** A convenience fee on top of the amount. */
  readonly fee?: boolean;
  readonly webhook?: WebhookMode;
}

type ScenarioGroup = 'Everyday' | 'Codes' | 'Bank' | 'Network';

/** One card of the sandbox: what it is, and what happens to whoever pays with it. */
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

/** The table of cards: printed at start, served as JSON, and the source of the table in the docs. */
export const scenarios: readonly Scenario[] = [
  card('Everyday', 'pays', '4012001037141112', visa, 'Pays', 'Native OTP; the right code pays at once.'),
  card(
    'Everyday',
    'quick-resend',
    '4111111111111111',
    ['VISA', 'ICICI', 'CREDIT'],
    'Quick resend',
    'As the first, but another code may be asked for after 2 seconds.',
    { resendAfterSeconds: 2 },
  ),
  card(
    'Everyday',
    'bank-page-only',
    '5105105105105100',
    ['MASTERCARD', 'AXIS', 'CREDIT'],
    "Bank's page only",
    "No native OTP: generate is refused, the bank's page takes the code.",
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
    "A convenience fee is charged on top; the bank's message names the sum.",
    { fee: true },
  ),
  card(
    'Everyday',
    'international',
    '4000000000000119',
    ['VISA', 'INTERNATIONAL BANK', 'CREDIT'],
    'International card',
    "Issued abroad: no native OTP, the bank's page takes the code.",
    { nativeOtp: false, international: true },
  ),
  card(
    'Codes',
    'sms-lost',
    '4000000000000200',
    visa,
    'Code never arrives',
    "Codes sent through the API do not reach the phone; the bank's page sends one that does.",
    { smsLost: true },
  ),
  card(
    'Codes',
    'code-expired',
    '4000000000000218',
    visa,
    'First code expired',
    'The first code is refused as expired, without counting as a miss; one sent again pays.',
    { firstCodeExpired: true, resendAfterSeconds: 2 },
  ),
  card(
    'Codes',
    'resend-limit',
    '4000000000000226',
    visa,
    'One resend only',
    'A second resend is refused; the code still pays.',
    { otpResends: 1, resendAfterSeconds: 2 },
  ),
  card('Codes', 'one-attempt', '4000000000000234', visa, 'One attempt only', 'The first wrong code ends the payment.', {
    otpAttempts: 1,
  }),
  card(
    'Codes',
    'generate-rejected',
    '4000000000000242',
    visa,
    'Generate refused',
    "Card details promise native OTP, generate refuses it; the bank's page works.",
    { rejectsGenerate: true },
  ),
  card(
    'Codes',
    'long-wait',
    '4000000000000259',
    visa,
    'Long wait',
    "Another code only after 180 seconds, as in the guide's sample.",
    { resendAfterSeconds: 180 },
  ),
  card(
    'Bank',
    'no-funds',
    '4000000000000309',
    visa,
    'Insufficient funds',
    'The right code is accepted, then the bank declines: INSUFFICIENT_FUNDS.',
    { decline: { code: 'INSUFFICIENT_FUNDS', message: 'The account has insufficient funds' } },
  ),
  card(
    'Bank',
    'risk',
    '4000000000000317',
    visa,
    'Held for risk',
    'The right code is accepted, then declined: RISK_CHECK_FAILED.',
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
    'The bank decides 6 seconds after the right code; until then the payment is PENDING.',
    { decisionDelaySeconds: 6 },
  ),
  card(
    'Bank',
    'very-slow',
    '4000000000000341',
    visa,
    'Very slow bank',
    'The bank decides 90 seconds after the right code.',
    { decisionDelaySeconds: 90 },
  ),
  card(
    'Bank',
    'slow-decline',
    '4000000000000358',
    visa,
    'Declined late',
    'The bank declines 6 seconds after the right code: PAYMENT_DECLINED.',
    { decisionDelaySeconds: 6, decline: { code: 'PAYMENT_DECLINED', message: 'The bank declined the payment' } },
  ),
  card(
    'Bank',
    'order-fails',
    '4000000000000366',
    visa,
    'Order fails meanwhile',
    'Ten seconds after the first code the order fails by itself: PAYMENT_EXPIRED.',
    { orderFailsAfterSeconds: 10 },
  ),
  card(
    'Network',
    'response-lost',
    '4000000000000408',
    visa,
    'Answer lost',
    'The right code pays, but the answer to submit never arrives: only the order knows.',
    { losesSubmitResponse: true },
  ),
  card(
    'Network',
    'webhook-only',
    '4000000000000416',
    visa,
    'Told by webhook',
    'The answer to submit is lost and the bank decides 6 seconds later: the webhook is the first to know.',
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
    'Webhook twice',
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
