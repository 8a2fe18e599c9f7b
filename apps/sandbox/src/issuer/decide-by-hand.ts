/** Decisions that the developer makes in place of the issuer. */
import { appendHistory, findPayment, type SandboxContext } from '../state/context.ts';
import type { Decision } from '../state/decision.ts';
import { approvePayment, failPayment } from './decide-payment.ts';

/**
 * Decides a pending payment, with or without an OTP.
 *
 * @throws A TypeError for an unknown payment, and for one that is decided already.
 */
export function decideByHand(context: SandboxContext, paymentId: string, decision: Decision): void {
  const found = findPayment(context.state, paymentId);
  if (found === null) throw new TypeError('There is no payment with this id.');
  const { order, payment } = found;
  if (payment.status !== 'PENDING') throw new TypeError(`The payment is ${payment.status} already.`);
  const { dueEvents } = context.state;
  const others = dueEvents.filter((event) => event.kind === 'refund' || event.paymentId !== paymentId);
  dueEvents.splice(0, dueEvents.length, ...others);
  if (decision === 'hold') {
    payment.held = true;
    appendHistory(context, order, `payment ${payment.id} held by hand`);
    return;
  }
  delete payment.held;
  payment.authenticated = true;
  if (decision === 'approve') approvePayment(context, order, payment);
  else {
    const error = { code: 'PAYMENT_DECLINED', message: 'The bank declined the payment' };
    failPayment(context, order, payment, error, 'ATTEMPTED');
  }
}
