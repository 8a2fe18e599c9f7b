/** Bugs in finding a verdict and in delivering it. */
import type { PlantedBug } from './planted-bug.ts';

const edge = 'packages/edge/src';

/** Bugs in finding a verdict and in delivering it. */
export const verdictBugs: readonly PlantedBug[] = [
  {
    name: 'lease-ignored',
    description: 'A verdict is delivered although another process delivers it.',
    breaks: ['deliveries-never-overlap'],
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
    name: 'lease-cut-short',
    description: 'A lease ends before the hook that runs under it.',
    breaks: ['deliveries-never-overlap'],
    patches: [
      {
        file: `${edge}/payment/delivery-schedule.ts`,
        find: 'const leaseMs = minuteMs;',
        replace: 'const leaseMs = minuteMs / 12;',
      },
    ],
  },
  {
    name: 'check-ended-before-read',
    description: 'The sweep ends the checks of an order before it has read it.',
    breaks: ['every-payment-told'],
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
    patches: [
      {
        file: `${edge}/reconciliation/deliver-verdict.ts`,
        find: "      if (end === 'done') {",
        replace: "      if (end !== 'hung') {",
      },
    ],
  },
  {
    name: 'webhook-not-due',
    description: 'A webhook is answered with 2xx, and neither read nor made due.',
    breaks: ['answered-webhook-told'],
    patches: [
      {
        file: `${edge}/routes/webhook.ts`,
        find: '    const requested = await requestReading(context, key);',
        replace:
          '    if (Number(progress.isRecorded) < 1) return true;\n    const requested = await requestReading(context, key);',
      },
    ],
  },
  {
    name: 'silent-process-delivers',
    description: 'A process without onVerdict marks verdicts as delivered.',
    breaks: ['every-payment-told'],
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
  {
    name: 'checks-never-end',
    description: 'An order that stays open is checked for ever.',
    breaks: ['sweep-comes-to-rest'],
    patches: [
      {
        file: `${edge}/payment/check-schedule.ts`,
        find: 'if (checkAtMs === null || checkCount',
        replace: 'if (watchMs > 0 || checkAtMs === null || checkCount',
      },
    ],
  },
  {
    name: 'mark-outside-transaction',
    description: 'The transaction of a hook does not mark its verdict delivered.',
    breaks: ['effect-exactly-once', 'recorded-verdict-not-repeated'],
    patches: [
      {
        file: `${edge}/reconciliation/deliver-verdict.ts`,
        find: "    if (state.end === 'done' && !(await markDelivered(context, inside, key, held))) state.end = 'lost';\n",
        replace: '    void inside;\n',
      },
    ],
  },
];
