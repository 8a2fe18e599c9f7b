const session = 'v1.mU2Wc0tqk1Xb…opaque…';
const idempotencyKey = '0b9c1f4e-6a57-4d0e-9a38-3f1f6f2f6f11';
const reference = 'K7QF-3M9X-2HBD';
const challengeUrl = 'https://bank.example/3ds?token=opaque';
const display = {
  merchantName: 'Nilgiri Leaf',
  amount: { value: 110_000, currency: 'INR' },
  network: 'VISA',
  issuer: 'HDFC',
  lastDigits: '1112',
};

interface Example {
  summary: string;
  value: object;
}

/** Bodies as they are sent, by schema. */
export const requestExamples: Readonly<Record<string, Record<string, Example>>> = {
  SessionBody: { look: { summary: 'Where does the payment stand?', value: { session } } },
  ActionBody: { deed: { summary: 'A deed, told for the first or the tenth time', value: { session, idempotencyKey } } },
  SubmitBody: { code: { summary: 'A code with a leading zero', value: { session, idempotencyKey, otp: '042319' } } },
  LeaveBody: {
    bank: { summary: 'To the bank’s page', value: { session, idempotencyKey, to: 'bank' } },
    cancel: { summary: 'Given up', value: { session, idempotencyKey, to: 'cancel' } },
  },
};

/** Views, from the first screen to the last. */
export const viewExamples: Readonly<Record<string, Example>> = {
  ready: {
    summary: 'No code was asked for yet',
    value: {
      phase: 'ready',
      next: ['redirect', 'check'],
      revision: 2,
      reference,
      attempts: { misses: 0 },
      challengeUrl,
      display,
    },
  },
  awaitingOtp: {
    summary: 'A wrong code; the next one may be typed',
    value: {
      phase: 'awaitingOtp',
      next: ['submit', 'resend', 'redirect'],
      revision: 6,
      reference,
      resendInSeconds: 12,
      attempts: { misses: 1 },
      problem: { code: 'OTP_NOT_ACCEPTED' },
      challengeUrl,
      display,
    },
  },
  confirming: {
    summary: 'The code was accepted, the order does not say paid yet',
    value: {
      phase: 'confirming',
      next: ['check'],
      revision: 8,
      reference,
      pollAfterSeconds: 2,
      attempts: { misses: 1 },
      display,
    },
  },
  authorized: {
    summary: 'The order says paid',
    value: { phase: 'authorized', next: [], revision: 9, reference, attempts: { misses: 1 }, display },
  },
  failed: {
    summary: 'Declined; the order takes another payment',
    value: {
      phase: 'failed',
      next: ['payAgain'],
      revision: 9,
      reference,
      attempts: { misses: 0 },
      problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' },
      display,
    },
  },
  expired: {
    summary: 'The session may read, but no longer act',
    value: {
      phase: 'awaitingOtp',
      next: ['redirect'],
      revision: 6,
      reference,
      attempts: { misses: 0 },
      problem: { code: 'SESSION_EXPIRED' },
      challengeUrl,
      display,
    },
  },
};
