/** Bugs in what is stored and in what is said about it. */
import type { PlantedBug } from './planted-bug.ts';

const edge = 'packages/edge/src';

/** Bugs in what is stored and in what is said about it. */
export const recordBugs: readonly PlantedBug[] = [
  {
    name: 'record-version-ignored',
    description: 'A record of a newer version is read and rewritten.',
    breaks: ['newer-record-untouched'],
    patches: [
      {
        file: `${edge}/stores/order-repository.ts`,
        find: 'parsed.version !== recordVersion || ',
        replace: '',
      },
    ],
  },
  {
    name: 'otp-in-the-record',
    description: 'The OTP is saved with the attempt.',
    breaks: ['no-secret-leaks'],
    patches: [
      {
        file: `${edge}/reconciliation/send-otp-action.ts`,
        find: '      if (isShown) entry.shown = true;',
        replace: '      if (isShown) entry.shown = true; Object.assign(entry, { otp: request.otp });',
      },
    ],
  },
  {
    name: 'card-in-the-error',
    description: 'An error of the API client holds the request.',
    breaks: ['no-secret-leaks'],
    patches: [
      {
        file: 'packages/core/src/client/http.ts',
        find: "throw failure('NETWORK_FAILED', systemCode(error), status);",
        replace: "throw failure('NETWORK_FAILED', `${systemCode(error)} ${attempt.json}`, status);",
      },
    ],
  },
  {
    name: 'store-overwrites',
    description: 'The store saves without comparing the version.',
    breaks: [
      'one-payable-payment',
      'key-sent-once',
      'bounded-submits',
      'deliveries-never-overlap',
      'recorded-verdict-not-repeated',
      'every-payment-told',
      'no-sms-by-itself',
    ],
    patches: [
      {
        file: `${edge}/stores/memory.ts`,
        find: 'if (getUnexpired(key)?.version !== version) return false;',
        replace: 'void version;',
      },
    ],
  },
  {
    name: 'claim-does-not-move',
    description: 'A claim leaves the due time of its records as it was.',
    breaks: ['claimed-by-one-sweep'],
    patches: [
      {
        file: `${edge}/stores/memory.ts`,
        find: 'version: write(key, row, untilMs),',
        replace: 'version: write(key, row, Math.min(dueAtMs, untilMs)),',
      },
    ],
  },
  {
    name: 'records-kept-too-long',
    description: 'A record is kept for years.',
    breaks: ['records-expire'],
    patches: [
      {
        file: `${edge}/payment/record-serialization.ts`,
        find: 'const daySeconds = 86_400;',
        replace: 'const daySeconds = 864_000;',
      },
    ],
  },
];
