import { guideOtp, rightOtp } from '../scenarios/credentials.ts';
import { scenarioById } from '../scenarios/find-scenario.ts';
import { declineFor } from '../scenarios/declines.ts';
import type { ErrorDetail, OrderRecord, PaymentRecord, SandboxState } from '../state/state.ts';
import { remember } from '../state/state.ts';
import { emit, findPayment, moveOrder, movePayment, note, type World } from '../state/context.ts';

/** The bank sends a code: a message on the sandbox's phone. */
export function sendCode(world: World, order: OrderRecord, payment: PaymentRecord, by: 'api' | 'bankPage'): void {
  const { behaviour } = scenarioById(payment.scenarioId);
  const first = payment.otp.sent === 0;
  payment.otp.sent += 1;
  payment.otp.sentAtMs = world.nowMs;
  const rupees = (payment.chargedValue / 100).toFixed(2);
  remember(
    world.state.messages,
    {
      at: new Date(world.nowMs).toISOString(),
      paymentId: payment.id,
      orderId: order.id,
      by,
      code: rightOtp,
      text: `${rightOtp} is the code for ${payment.amount.currency} ${rupees} at SANDBOX SHOP on your card ending ${payment.lastDigits}. Do not share it. - Sandbox Bank`,
      arrived: by === 'bankPage' || behaviour.smsLost !== true,
    },
    1000,
  );
  note(world, order, `code ${payment.otp.sent} sent for ${payment.id} by ${by === 'api' ? 'API' : "the bank's page"}`);
  if (first && behaviour.orderFailsAfterSeconds !== undefined)
    addDue(world.state, {
      atMs: world.nowMs + behaviour.orderFailsAfterSeconds * 1000,
      kind: 'expire',
      paymentId: payment.id,
    });
}

export type CodeResult = 'accepted' | 'wrong' | 'expired' | 'attemptsUsed';

/** The bank checks a code. A wrong one moves the order to ATTEMPTED; the last wrong one ends the payment. */
export function checkCode(world: World, order: OrderRecord, payment: PaymentRecord, code: string): CodeResult {
  const { behaviour } = scenarioById(payment.scenarioId);
  const right = code === rightOtp || (world.settings.lenient && code === guideOtp);
  if (!right) {
    payment.otp.wrong += 1;
    note(world, order, `wrong code ${payment.otp.wrong} for ${payment.id}`);
    if (payment.otp.wrong >= (behaviour.otpAttempts ?? world.settings.otpAttempts)) {
      failPayment(
        world,
        order,
        payment,
        { code: 'USER_AUTHENTICATION_FAILED', message: 'Too many wrong codes' },
        world.settings.orderAfterLastOtp,
      );
      return 'attemptsUsed';
    }
    moveUndecided(world, order);
    return 'wrong';
  }
  const sentAtMs = payment.otp.sentAtMs ?? 0;
  const tooOld = world.nowMs - sentAtMs >= world.settings.otpLifeSeconds * 1000;
  if (tooOld || (behaviour.firstCodeExpired === true && payment.otp.sent === 1)) {
    note(world, order, `expired code for ${payment.id}`);
    moveUndecided(world, order);
    return 'expired';
  }
  payment.authenticated = true;
  note(world, order, `right code for ${payment.id}`);
  if (behaviour.decidesAfterSeconds === undefined) decide(world, order, payment);
  else
    addDue(world.state, {
      atMs: world.nowMs + behaviour.decidesAfterSeconds * 1000,
      kind: 'decide',
      paymentId: payment.id,
    });
  return 'accepted';
}

function moveUndecided(world: World, order: OrderRecord): void {
  if (isOpen(order)) moveOrder(world, order, 'ATTEMPTED');
}

/** Whether the order still waits for its money; one that another payment has paid stays as it is. */
export function isOpen(order: OrderRecord): boolean {
  return ['CREATED', 'PENDING', 'ATTEMPTED'].includes(order.status);
}

/** The bank decides on an authenticated payment. */
function decide(world: World, order: OrderRecord, payment: PaymentRecord): void {
  const decline = declineFor(scenarioById(payment.scenarioId), payment.amount.value);
  if (decline !== null) return failPayment(world, order, payment, decline, 'ATTEMPTED');
  const status = order.preAuth ? 'AUTHORIZED' : 'PROCESSED';
  movePayment(world, order, payment, status);
  // Money that was taken makes a failed order a paid one.
  if (isOpen(order) || order.status === 'FAILED') moveOrder(world, order, status);
  emit(world, order, `ORDER_${status}`, payment.scenarioId);
}

export function failPayment(
  world: World,
  order: OrderRecord,
  payment: PaymentRecord,
  error: ErrorDetail,
  orderStatus: 'ATTEMPTED' | 'FAILED',
): void {
  payment.error = error;
  movePayment(world, order, payment, 'FAILED');
  const open = isOpen(order);
  if (open) moveOrder(world, order, orderStatus);
  emit(world, order, open && orderStatus === 'FAILED' ? 'ORDER_FAILED' : 'PAYMENT_FAILED', payment.scenarioId);
}

export function addDue(state: SandboxState, due: SandboxState['due'][number]): void {
  state.due.push(due);
  state.due.sort((a, b) => a.atMs - b.atMs);
}

/** Lets everything happen whose time has come. Called before each look at the state. */
export function catchUp(world: World): void {
  const { state } = world;
  for (let next = state.due[0]; next !== undefined && next.atMs <= world.nowMs; next = state.due[0]) {
    state.due.shift();
    const then: World = { ...world, nowMs: next.atMs };
    if (next.kind === 'refund') {
      finishRefund(then, next.orderId);
      continue;
    }
    const found = findPayment(state, next.paymentId);
    if (found === null || found.payment.status !== 'PENDING') continue;
    if (next.kind === 'decide') decide(then, found.order, found.payment);
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
export function finishRefund(world: World, refundId: string): void {
  const refund = world.state.orders.get(refundId);
  const parent = world.state.orders.get(refund?.parentId ?? '');
  if (refund === undefined || parent === undefined) return;
  if (world.settings.refundEnds === 'FAILED') {
    parent.refundedValue -= refund.amount.value;
    for (const payment of refund.payments) movePayment(world, refund, payment, 'FAILED');
    moveOrder(world, refund, 'FAILED');
    return emit(world, refund, 'REFUND_FAILED', null);
  }
  moveOrder(world, refund, 'PROCESSED');
  for (const payment of refund.payments) movePayment(world, refund, payment, 'PROCESSED');
  parent.returnedValue += refund.amount.value;
  moveOrder(world, parent, parent.returnedValue >= capturedValue(parent) ? 'FULLY_REFUNDED' : 'PARTIALLY_REFUNDED');
  emit(world, refund, 'REFUND_PROCESSED', null);
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
