/** Bugs in the actions of customers: OTPs, text messages, sessions. */
import type { PlantedBug } from './planted-bug.ts';

const edge = 'packages/edge/src';

/** Bugs in the actions of customers: OTPs, text messages, sessions. */
export const otpActionBugs: readonly PlantedBug[] = [
  {
    name: 'attempt-given-back',
    description: 'An attempt of unknown outcome is given back, so that its key may be sent again.',
    breaks: ['bounded-submits', 'key-sent-once', 'no-sms-by-itself'],
    patches: [
      {
        file: `${edge}/payment/otp-action.ts`,
        find: "  error.outcome === 'none' && (error.operation !== operation || error.status === undefined);",
        replace: '  error.operation !== operation || error.status === undefined;',
      },
    ],
  },
  {
    name: 'key-not-stored',
    description: 'The idempotency key of an action is not stored.',
    breaks: ['key-sent-once', 'no-sms-by-itself'],
    patches: [
      { file: `${edge}/payment/otp-action.ts`, find: '  entry.idempotencyKeys.push(idempotencyKey);\n', replace: '' },
    ],
  },
  {
    name: 'submits-unbounded',
    description: 'One OTP more than the limit is submitted.',
    breaks: ['bounded-submits'],
    patches: [
      {
        file: `${edge}/payment/otp-action.ts`,
        find: "if (entry.submits >= limits.submits) return 'ATTEMPTS_USED';",
        replace: "if (entry.submits > limits.submits) return 'ATTEMPTS_USED';",
      },
      {
        file: `${edge}/payment/phase.ts`,
        find: 'entry.submits >= submitLimit',
        replace: 'entry.submits > submitLimit',
      },
    ],
  },
  {
    name: 'generate-anytime',
    description: 'A page that is opened again requests another OTP.',
    breaks: ['no-sms-by-itself'],
    patches: [
      {
        file: `${edge}/payment/otp-action.ts`,
        find: "action === 'generate' ? phase === 'ready' :",
        replace: "action === 'generate' ? phase === 'ready' || phase === 'awaitingOtp' :",
      },
    ],
  },
  {
    name: 'submit-retried',
    description: 'The API client sends an OTP again when the answer is lost.',
    breaks: ['key-sent-once', 'bounded-submits'],
    patches: [
      {
        file: 'packages/core/src/client/endpoints.ts',
        find: "    path: '/api/pay/v1/otp/submit',",
        replace: "    path: '/api/pay/v1/otp/submit',\n    retry: retryTwice,",
      },
    ],
  },
  {
    name: 'reference-acts',
    description: 'Whoever knows a reference may act on its payment.',
    breaks: ['reference-reads-only'],
    patches: [
      {
        file: `${edge}/routes/session-payment.ts`,
        find: "  if (readOnly) return { code: 'SESSION_READ_ONLY' };\n",
        replace: '',
      },
    ],
  },
];
