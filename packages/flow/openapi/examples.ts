/** Examples of request bodies and views. */
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

/** Request bodies, by schema. */
export const requestExamples: Readonly<Record<string, Record<string, Example>>> = {
  SessionBody: { view: { summary: 'Get the view', value: { session } } },
  ActionBody: { action: { summary: 'An action or its retry', value: { session, idempotencyKey } } },
  SubmitBody: {
    otp: { summary: 'An OTP with a leading zero', value: { session, idempotencyKey, otp: '042319' } },
    entry: {
      summary: 'An OTP and how it was entered',
      value: { session, idempotencyKey, otp: '042319', entry: { by: 'typed', firstKeySeconds: 9, hiddenSeconds: 6 } },
    },
  },
  LeaveBody: {
    bank: { summary: 'Leave for the bank’s page', value: { session, idempotencyKey, to: 'bank' } },
    cancel: { summary: 'Cancel', value: { session, idempotencyKey, to: 'cancel' } },
    away: { summary: 'The page was closed', value: { session, idempotencyKey, to: 'away' } },
  },
};

/** Views, from the first phase to the last. */
export const viewExamples: Readonly<Record<string, Example>> = {
  ready: {
    summary: 'No OTP was generated yet',
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
    summary: 'A rejected OTP; another may be submitted',
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
    summary: 'The OTP was accepted, and the order is not paid yet',
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
    summary: 'The order is paid',
    value: { phase: 'authorized', next: [], revision: 9, reference, attempts: { misses: 1 }, display },
  },
  failed: {
    summary: 'Declined; the order accepts another payment',
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
    summary: 'An expired session: reading is allowed, actions are not',
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
  readOnly: {
    summary: 'A session opened by the support reference: reading is allowed, and nothing else',
    value: {
      phase: 'awaitingOtp',
      next: ['check'],
      revision: 6,
      reference,
      attempts: { misses: 0 },
      problem: { code: 'SESSION_READ_ONLY' },
      display,
    },
  },
};
