/** Bugs that are planted into the kit to prove that the walks find them. */
import type { SourcePatch } from './load-source.ts';
import type { PromiseName } from './context.ts';

/** A bug, as replacements in the kit's source. */
export interface PlantedBug {
  readonly name: string;
  /** What goes wrong. */
  readonly description: string;
  /** Promises of which it breaks at least one. */
  readonly breaks: readonly PromiseName[];
  /** Seed from which walks look for it: near one that finds it, so that the tests take few. */
  readonly seed: number;
  /** Number of walks, from that seed on, within which it is found. */
  readonly walks: number;
  readonly patches: readonly SourcePatch[];
}

const edge = 'packages/edge/src';

/** All planted bugs. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'reservation-ignored',
    description: 'A start does not look whether another payment of the order is being created.',
    breaks: ['one-payable-payment'],
    seed: 41,
    walks: 200,
    patches: [
      {
        file: `${edge}/operations/start-reservation.ts`,
        find: '  if (!evenIfUndecided && (isBeingCreated || payments.some(isNewer)))',
        replace: '  if (!evenIfUndecided && isBeingCreated && payments.some(isNewer))',
      },
    ],
  },
  {
    name: 'rival-ignored',
    description: 'A start does not look whether the order has an open payment.',
    breaks: ['one-payable-payment'],
    seed: 1,
    walks: 50,
    patches: [
      {
        file: 'packages/core/src/outcome/payment-outcome.ts',
        find: "? undefined : 'undecided';",
        replace: '? undefined : undefined;',
      },
    ],
  },
  {
    name: 'lease-ignored',
    description: 'A verdict is delivered although another process delivers it.',
    breaks: ['deliveries-never-overlap'],
    seed: 54,
    walks: 200,
    patches: [
      {
        file: `${edge}/payment/delivery-schedule.ts`,
        find: '  if (leaseUntilMs > nowMs && leaseUntilMs <= nowMs + leaseMs + clockSkewMs) return undefined;\n',
        replace: '',
      },
      {
        file: `${edge}/payment/delivery-schedule.ts`,
        find: '  if (leaseUntilMs > nowMs) return false;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'attempt-given-back',
    description: 'An attempt of unknown outcome is given back, so that its key may be sent again.',
    breaks: ['bounded-submits', 'key-sent-once', 'no-sms-by-itself'],
    seed: 65,
    walks: 200,
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
    seed: 128,
    walks: 200,
    patches: [
      { file: `${edge}/payment/otp-action.ts`, find: '  entry.idempotencyKeys.push(idempotencyKey);\n', replace: '' },
    ],
  },
  {
    name: 'submits-unbounded',
    description: 'One OTP more than the limit is submitted.',
    breaks: ['bounded-submits'],
    seed: 1,
    walks: 50,
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
    seed: 76,
    walks: 200,
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
    seed: 37,
    walks: 200,
    patches: [
      {
        file: 'packages/core/src/client/endpoints.ts',
        find: "    path: '/api/pay/v1/otp/submit',",
        replace: "    path: '/api/pay/v1/otp/submit',\n    retry: retryTwice,",
      },
    ],
  },
  {
    name: 'amount-unchecked',
    description: 'A payment of another amount counts as paid.',
    breaks: ['verdict-follows-order'],
    seed: 25,
    walks: 200,
    patches: [
      {
        file: 'packages/core/src/outcome/payment-outcome.ts',
        find: 'if (!sameMoney(payment.payment_amount ?? order.order_amount, amount))',
        replace: 'if (amount === undefined)',
      },
    ],
  },
  {
    name: 'check-ended-before-read',
    description: 'The sweep ends the checks of an order before it has read it.',
    breaks: ['every-payment-told'],
    seed: 5,
    walks: 200,
    patches: [
      {
        file: `${edge}/payment/check-schedule.ts`,
        find: '  record.checkAtMs = nowMs + (getPausesMs(record)[record.checkCount] ?? lastPauseMs);\n  record.checkCount += 1;',
        replace: '  record.checkAtMs = nowMs < 0 ? lastPauseMs : null;',
      },
    ],
  },
  {
    name: 'delivered-before-hook',
    description: 'A verdict counts as delivered before the hook has run.',
    breaks: ['every-payment-told', 'recorded-verdict-not-repeated'],
    seed: 1,
    walks: 50,
    patches: [
      {
        file: `${edge}/payment/delivery-schedule.ts`,
        find: '  verdict.attempt += 1;\n  return true;',
        replace: '  verdict.attempt += 1;\n  verdict.deliveredAtMs = nowMs;\n  return true;',
      },
    ],
  },
  {
    name: 'throwing-hook-counts',
    description: 'A hook that throws counts as a success.',
    breaks: ['every-payment-told'],
    seed: 31,
    walks: 200,
    patches: [
      {
        file: `${edge}/reconciliation/deliver-verdict.ts`,
        find: "      if (end === 'done') {",
        replace: "      if (end !== 'hung') {",
      },
    ],
  },
  {
    name: 'record-version-ignored',
    description: 'A record of a newer version is read and rewritten.',
    breaks: ['newer-record-untouched'],
    seed: 15,
    walks: 200,
    patches: [
      {
        file: `${edge}/stores/order-repository.ts`,
        find: '      return version === recordVersion;',
        replace: '      return version > 0;',
      },
    ],
  },
  {
    name: 'otp-in-the-record',
    description: 'The OTP is saved with the attempt.',
    breaks: ['no-secret-leaks'],
    seed: 1,
    walks: 50,
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
    seed: 1,
    walks: 50,
    patches: [
      {
        file: 'packages/core/src/client/http.ts',
        find: "throw failure('NETWORK_FAILED', systemCode(error), status);",
        replace: "throw failure('NETWORK_FAILED', `${systemCode(error)} ${attempt.json}`, status);",
      },
    ],
  },
  {
    name: 'reference-acts',
    description: 'Whoever knows a reference may act on its payment.',
    breaks: ['reference-reads-only'],
    seed: 10,
    walks: 200,
    patches: [
      {
        file: `${edge}/routes/otp.ts`,
        find: '!mayAct(context, session)',
        replace: 'context.now() > session.activeUntilMs',
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
    seed: 1,
    walks: 50,
    patches: [
      {
        file: `${edge}/stores/memory.ts`,
        find: 'if (getUnexpired(key)?.version !== version) return false;',
        replace: 'void version;',
      },
    ],
  },
  {
    name: 'webhook-not-due',
    description: 'A webhook is answered with 2xx, and neither read nor made due.',
    breaks: ['answered-webhook-told'],
    seed: 1,
    walks: 50,
    patches: [
      {
        file: `${edge}/routes/webhook.ts`,
        find: '    const requested = await requestReading(context, key);',
        replace:
          '    if (Number(progress.isRecorded) < 1) return "ok";\n    const requested = await requestReading(context, key);',
      },
    ],
  },
  {
    name: 'silent-process-delivers',
    description: 'A process without onVerdict marks verdicts as delivered.',
    breaks: ['every-payment-told'],
    seed: 1,
    walks: 50,
    patches: [
      {
        file: `${edge}/reconciliation/reconcile-order.ts`,
        find: '  if (!context.settings.onVerdict) return deliveries;\n',
        replace: '',
      },
      {
        file: `${edge}/reconciliation/reconcile-order.ts`,
        find: 'deliver && settings.onVerdict ? takeFirstLease',
        replace: 'deliver && settings.now ? takeFirstLease',
      },
    ],
  },
];
