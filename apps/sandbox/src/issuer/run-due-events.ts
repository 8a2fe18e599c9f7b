/** Runs what was scheduled: decisions of slow issuers, expiries and refunds. */
import { findPayment, type SandboxContext } from '../state/context.ts';
import { completeRefund } from './complete-refund.ts';
import { decidePayment, failPayment } from './decide-payment.ts';

/**
 * Runs every event that is due, each at its own time, and returns true when there was one. Called before each access to
 * the state.
 */
export function runDueEvents(context: SandboxContext): boolean {
  const { dueEvents } = context.state;
  let hasRun = false;
  for (let next = dueEvents[0]; next !== undefined && next.atMs <= context.nowMs; next = dueEvents[0]) {
    dueEvents.shift();
    hasRun = true;
    const then: SandboxContext = { ...context, nowMs: next.atMs };
    if (next.kind === 'refund') {
      completeRefund(then, next.orderId);
      continue;
    }
    const found = findPayment(context.state, next.paymentId);
    if (found === null || found.payment.status !== 'PENDING') continue;
    if (next.kind === 'decide') decidePayment(then, found.order, found.payment);
    else if (!found.payment.authenticated)
      failPayment(
        then,
        found.order,
        found.payment,
        { code: 'PAYMENT_EXPIRED', message: 'The payment was not finished in time' },
        'FAILED',
      );
  }
  return hasRun;
}
