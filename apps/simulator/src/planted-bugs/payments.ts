/** Bugs in starting a payment and in reading its outcome. */
import type { PlantedBug } from './planted-bug.ts';

const edge = 'packages/edge/src';

/** Bugs in starting a payment and in reading its outcome. */
export const paymentBugs: readonly PlantedBug[] = [
  {
    name: 'reservation-ignored',
    description: 'A start does not look whether another payment of the order is being created.',
    breaks: ['one-payable-payment'],
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
    patches: [
      {
        file: 'packages/core/src/outcome/payment-outcome.ts',
        find: "? undefined : 'undecided';",
        replace: '? undefined : undefined;',
      },
    ],
  },
  {
    name: 'amount-unchecked',
    description: 'A payment of another amount counts as paid.',
    breaks: ['verdict-follows-order'],
    patches: [
      {
        file: 'packages/core/src/outcome/payment-outcome.ts',
        find: 'if (!sameMoney(payment.payment_amount ?? order.order_amount, amount))',
        replace: 'if (amount === undefined)',
      },
    ],
  },
];
