import { guideOtp, rightOtp } from '../scenarios/credentials.ts';
import { scenarioById } from '../scenarios/find-scenario.ts';
import { declineFor } from '../scenarios/declines.ts';
import type { ErrorDetail, OrderRecord, PaymentRecord, SandboxState } from '../state/state.ts';
import { pushBounded } from '../state/state.ts';
import {
  emitOrderEvent,
  findPayment,
  setOrderStatus,
  setPaymentStatus,
  appendHistory,
  type SandboxContext,
} from '../state/context.ts';

/** The bank sends a code: a message on the sandbox's phone. */
export function sendOtp(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  requestedBy: 'api' | 'acsPage',
): void {
  const { behaviour } = scenarioById(payment.scenarioId);
  const first = payment.otp.sentCount === 0;
  payment.otp.sentCount += 1;
  payment.otp.sentAtMs = context.nowMs;
  const rupees = (payment.chargedValue / 100).toFixed(2);
  pushBounded(
    context.state.messages,
    {
      at: new Date(context.nowMs).toISOString(),
      paymentId: payment.id,
      orderId: order.id,
      requestedBy,
      code: rightOtp,
      text: `${rightOtp} is the code for ${payment.amount.currency} ${rupees} at SANDBOX SHOP on your card ending ${payment.lastDigits}. Do not share it. - Sandbox Bank`,
      arrived: requestedBy === 'acsPage' || behaviour.smsLost !== true,
    },
    1000,
  );
  appendHistory(
    context,
    order,
    `code ${payment.otp.sentCount} sent for ${payment.id} by ${requestedBy === 'api' ? 'API' : "the bank's page"}`,
  );
  if (first && behaviour.orderFailsAfterSeconds !== undefined)
    scheduleEvent(context.state, {
      atMs: context.nowMs + behaviour.orderFailsAfterSeconds * 1000,
      kind: 'expire',
      paymentId: payment.id,
    });
}

export type OtpResult = 'accepted' | 'wrong' | 'expired' | 'attemptsExhausted';

/** The bank checks a code. A wrong one moves the order to ATTEMPTED; the last wrong one ends the payment. */
export function verifyOtp(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  code: string,
): OtpResult {
  const { behaviour } = scenarioById(payment.scenarioId);
  const right = code === rightOtp || (context.settings.lenient && code === guideOtp);
  if (!right) {
    payment.otp.wrongCount += 1;
    appendHistory(context, order, `wrong code ${payment.otp.wrongCount} for ${payment.id}`);
    if (payment.otp.wrongCount >= (behaviour.otpAttempts ?? context.settings.otpAttempts)) {
      failPayment(
        context,
        order,
        payment,
        { code: 'USER_AUTHENTICATION_FAILED', message: 'Too many wrong codes' },
        context.settings.orderAfterLastOtp,
      );
      return 'attemptsExhausted';
    }
    markOrderAttempted(context, order);
    return 'wrong';
  }
  const sentAtMs = payment.otp.sentAtMs ?? 0;
  const tooOld = context.nowMs - sentAtMs >= context.settings.otpLifeSeconds * 1000;
  if (tooOld || (behaviour.firstCodeExpired === true && payment.otp.sentCount === 1)) {
    appendHistory(context, order, `expired code for ${payment.id}`);
    markOrderAttempted(context, order);
    return 'expired';
  }
  payment.authenticated = true;
  appendHistory(context, order, `right code for ${payment.id}`);
  if (behaviour.decisionDelaySeconds === undefined) decidePayment(context, order, payment);
  else
    scheduleEvent(context.state, {
      atMs: context.nowMs + behaviour.decisionDelaySeconds * 1000,
      kind: 'decide',
      paymentId: payment.id,
    });
  return 'accepted';
}

function markOrderAttempted(context: SandboxContext, order: OrderRecord): void {
  if (isOrderOpen(order)) setOrderStatus(context, order, 'ATTEMPTED');
}

/** Whether the order still waits for its money; one that another payment has paid stays as it is. */
export function isOrderOpen(order: OrderRecord): boolean {
  return ['CREATED', 'PENDING', 'ATTEMPTED'].includes(order.status);
}

/** The bank decides on an authenticated payment. */
function decidePayment(context: SandboxContext, order: OrderRecord, payment: PaymentRecord): void {
  const decline = declineFor(scenarioById(payment.scenarioId), payment.amount.value);
  if (decline !== null) return failPayment(context, order, payment, decline, 'ATTEMPTED');
  const status = order.preAuth ? 'AUTHORIZED' : 'PROCESSED';
  setPaymentStatus(context, order, payment, status);
  // Money that was taken makes a failed order a paid one.
  if (isOrderOpen(order) || order.status === 'FAILED') setOrderStatus(context, order, status);
  emitOrderEvent(context, order, `ORDER_${status}`, payment.scenarioId);
}

export function failPayment(
  context: SandboxContext,
  order: OrderRecord,
  payment: PaymentRecord,
  error: ErrorDetail,
  orderStatus: 'ATTEMPTED' | 'FAILED',
): void {
  payment.error = error;
  setPaymentStatus(context, order, payment, 'FAILED');
  const open = isOrderOpen(order);
  if (open) setOrderStatus(context, order, orderStatus);
  emitOrderEvent(
    context,
    order,
    open && orderStatus === 'FAILED' ? 'ORDER_FAILED' : 'PAYMENT_FAILED',
    payment.scenarioId,
  );
}

export function scheduleEvent(state: SandboxState, due: SandboxState['dueEvents'][number]): void {
  state.dueEvents.push(due);
  state.dueEvents.sort((a, b) => a.atMs - b.atMs);
}

/** Lets everything happen whose time has come. Called before each look at the state. */
export function runDueEvents(context: SandboxContext): void {
  const { state } = context;
  for (let next = state.dueEvents[0]; next !== undefined && next.atMs <= context.nowMs; next = state.dueEvents[0]) {
    state.dueEvents.shift();
    const then: SandboxContext = { ...context, nowMs: next.atMs };
    if (next.kind === 'refund') {
      completeRefund(then, next.orderId);
      continue;
    }
    const found = findPayment(state, next.paymentId);
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
}

/** The money goes back: the refund is PROCESSED, and its order partly or fully refunded. */
export function completeRefund(context: SandboxContext, refundId: string): void {
  const refund = context.state.orders.get(refundId);
  const parent = context.state.orders.get(refund?.parentId ?? '');
  if (refund === undefined || parent === undefined) return;
  if (context.settings.refundEnds === 'FAILED') {
    parent.refundRequestedValue -= refund.amount.value;
    for (const payment of refund.payments) setPaymentStatus(context, refund, payment, 'FAILED');
    setOrderStatus(context, refund, 'FAILED');
    return emitOrderEvent(context, refund, 'REFUND_FAILED', null);
  }
  setOrderStatus(context, refund, 'PROCESSED');
  for (const payment of refund.payments) setPaymentStatus(context, refund, payment, 'PROCESSED');
  parent.refundedValue += refund.amount.value;
  setOrderStatus(
    context,
    parent,
    parent.refundedValue >= capturedValue(parent) ? 'FULLY_REFUNDED' : 'PARTIALLY_REFUNDED',
  );
  emitOrderEvent(context, refund, 'REFUND_PROCESSED', null);
}

/** What the order's payments have really taken, in the currency's minor unit. */
export function capturedValue(order: OrderRecord): number {
  return order.payments
    .filter((payment) => payment.status === 'PROCESSED')
    .reduce((sum, payment) => {
      const captured = payment.captures.reduce((total, capture) => total + capture.value, 0);
      return sum + (order.preAuth ? captured : payment.amount.value);
    }, 0);
}
