"""The rules of one payment, as pure functions: allowed actions, effects of responses, the verdict, the view.

No function here reads a clock, makes a call or uses the database. Times are epoch seconds.
"""

import math
from dataclasses import dataclass, field

#: Limits of the backend, in addition to those of the issuer.
MAX_SUBMITS, MAX_RESENDS, MAX_GENERATES = 5, 3, 3
CONFIRM_SECONDS = 60
# Longer than one attempt of a call (30 seconds), so that a payment has at most one action in flight.
ACTION_TIMEOUT_SECONDS = 35
COUNTERS = {'generate': 'generates', 'submit': 'submits', 'resend': 'resends'}
PHASE_IN_FLIGHT = {'generate': 'generating', 'resend': 'resending', 'submit': 'confirming'}
ALLOWED_PHASES = {
    'generate': {'ready'},
    'submit': {'awaitingOtp', 'unresolved'},
    'resend': {'awaitingOtp', 'unresolved'},
}
FINAL_PHASES = {'authorized', 'failed', 'exhausted', 'superseded', 'cancelled'}
PAID_ORDER_STATUSES = {'PROCESSED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED'}
OPEN_ORDER_STATUSES = {'CREATED', 'PENDING', 'ATTEMPTED'}
ADVICE = {
    'CARD_EXPIRED': 'useAnotherCard', 'CARD_LOST': 'useAnotherCard', 'CARD_STOLEN': 'useAnotherCard',
    'RISK_CHECK_FAILED': 'useAnotherCard', 'INSUFFICIENT_FUNDS': 'checkFunds', 'AMOUNT_LIMIT_EXCEEDED': 'checkFunds',
    'CARD_VERIFICATION_FAILED': 'checkDetails', 'PAYMENT_DECLINED': 'contactIssuer', 'PAYMENT_EXPIRED': 'payAgain',
    'TIMED_OUT': 'tryLater', 'INTERNAL_ERROR': 'tryLater',
}  # fmt: skip


@dataclass
class Payment:
    """The record of a payment. Never contains an OTP, a card number, a CVV or a token."""

    payment_id: str
    order_id: str
    reference: str
    value: int
    currency: str
    started_at: float
    native_otp: bool
    challenge_url: str | None
    display: dict
    stage: str = 'ready'
    idempotency_keys: list = field(default_factory=list)
    #: {'action', 'idempotency_key', 'started_at'}: saved before the call is made, cleared by its response.
    in_flight: dict | None = None
    #: {'submitted_at', 'accepted'}: an OTP was submitted, and the order has to decide its outcome.
    unconfirmed_submit: dict | None = None
    generates: int = 0
    submits: int = 0
    resends: int = 0
    misses: int = 0
    resend_at: float = 0
    resend_offered: bool = True
    problem: str | None = None
    left_for_bank: bool = False
    #: {'outcome', 'can_pay_again', 'advice'}: the final outcome.
    verdict: dict | None = None
    superseded: bool = False
    #: The order differs from what was started (amount, status, or no such payment): needs a manual review.
    on_hold: bool = False
    order_read_at: float = 0


def expire_action(p: Payment, now: float) -> None:
    """Ends an action in flight whose response was never recorded, because its process died."""
    if p.in_flight is None or now - p.in_flight['started_at'] < ACTION_TIMEOUT_SECONDS:
        return
    if p.in_flight['action'] == 'submit':
        p.unconfirmed_submit = {'submitted_at': p.in_flight['started_at'], 'accepted': False}
    else:
        _mark_maybe_sent(p, now)
    p.in_flight = None


def current_phase(p: Payment, now: float) -> tuple[str, str | None]:
    """Returns (phase, problem)."""
    if p.verdict:
        if p.verdict['outcome'] == 'paid':
            return 'authorized', None
        if p.stage == 'exhausted':
            return 'exhausted', 'ATTEMPTS_USED'
        return 'failed', 'PAYMENT_FAILED'
    if p.superseded:
        return 'superseded', None
    if p.on_hold:
        return 'confirming', None
    if p.in_flight:
        return PHASE_IN_FLIGHT[p.in_flight['action']], None
    if p.stage == 'exhausted':
        return 'exhausted', 'ATTEMPTS_USED'
    if p.unconfirmed_submit and p.stage != 'cancelled':
        if now - p.unconfirmed_submit['submitted_at'] < CONFIRM_SECONDS:
            return 'confirming', None
        return 'unresolved', 'OUTCOME_UNKNOWN'
    if p.stage == 'awaitingOtp' and p.submits >= MAX_SUBMITS:
        return 'exhausted', 'ATTEMPTS_USED'
    if p.stage == 'ready' and not p.native_otp:
        return 'ready', 'NATIVE_OTP_UNAVAILABLE'
    return p.stage, p.problem


def begin_action(p: Payment, action: str, idempotency_key: str, now: float) -> tuple[bool, str | None]:
    """Reserves and counts an action before its call. Returns (make the call, problem); a repeated key makes none."""
    if idempotency_key in p.idempotency_keys or current_phase(p, now)[0] not in ALLOWED_PHASES[action]:
        return False, None
    if action == 'generate' and (not p.native_otp or p.generates >= MAX_GENERATES):
        return False, 'NATIVE_OTP_UNAVAILABLE'
    if action == 'submit' and p.submits >= MAX_SUBMITS:
        return False, 'ATTEMPTS_USED'
    if action == 'resend' and (not p.resend_offered or p.resends >= MAX_RESENDS):
        return False, 'RESEND_LIMIT'
    if action == 'resend' and now < p.resend_at:
        return False, 'RESEND_TOO_EARLY'
    _count(p, action, 1)
    p.idempotency_keys.append(idempotency_key)
    p.in_flight = {'action': action, 'idempotency_key': idempotency_key, 'started_at': now}
    return True, None


def complete_action(p: Payment, action: str, idempotency_key: str, result, now: float) -> bool:
    """Records the result of an action: a response, 'not_sent' or 'unknown'. True when the order has to be read now."""
    p.in_flight = None
    if result == 'not_sent':
        _count(p, action, -1)
        p.idempotency_keys.remove(idempotency_key)
        p.problem = 'BACKEND_UNREACHABLE'
        return False
    if result == 'unknown' or (result.status == 200 and not result.ok):
        _record_unknown_outcome(p, action, now)
        return False
    if not result.ok:
        return _record_rejection(p, action, result, now)
    p.problem = None
    if action == 'submit':
        if str(result.body.get('status', 'SUCCESS')).upper() == 'SUCCESS':
            p.unconfirmed_submit = {'submitted_at': now, 'accepted': True}
        else:
            _record_unknown_outcome(p, action, now)
        return False
    p.stage, p.unconfirmed_submit, p.left_for_bank = 'awaitingOtp', None, False
    p.resend_at = now + (result.resend_after_seconds or 30)
    p.resend_offered = not result.next or 'RESEND_OTP' in result.next
    return False


def _count(p: Payment, action: str, change: int) -> None:
    setattr(p, COUNTERS[action], getattr(p, COUNTERS[action]) + change)


def _record_rejection(p: Payment, action: str, response, now: float) -> bool:
    if response.status == 429:
        p.problem = 'BUSY'
    elif response.status in {401, 403}:
        p.problem = 'INTERNAL'  # The shop's credentials were rejected, not the OTP.
    elif action == 'generate':
        p.problem, p.native_otp = 'NATIVE_OTP_UNAVAILABLE', False
    elif 'NONE' in response.next:
        if action == 'submit':
            record_miss(p)
        p.stage, p.unconfirmed_submit = 'exhausted', None
        return True
    elif action == 'resend':
        p.problem = 'RESEND_TOO_EARLY' if 'RESEND_OTP' in response.next else 'RESEND_LIMIT'
        p.resend_offered = 'RESEND_OTP' in response.next
        p.resend_at = now + (response.resend_after_seconds or 30)
    elif 'SUBMIT_OTP' in response.next:
        record_miss(p)
        p.resend_offered = 'RESEND_OTP' in response.next
        if response.resend_after_seconds:
            p.resend_at = now + response.resend_after_seconds
    else:
        p.unconfirmed_submit = {'submitted_at': now, 'accepted': False}
        return True
    return False


def _record_unknown_outcome(p: Payment, action: str, now: float) -> None:
    if action == 'submit':
        p.unconfirmed_submit, p.problem = {'submitted_at': now, 'accepted': False}, None
    else:
        p.unconfirmed_submit = None
        _mark_maybe_sent(p, now if action == 'generate' else now + 30)


def _mark_maybe_sent(p: Payment, resend_at: float) -> None:
    p.stage, p.resend_at, p.problem = 'awaitingOtp', resend_at, 'OTP_MAYBE_NOT_SENT'


def record_miss(p: Payment) -> None:
    """Records that the issuer rejected an OTP."""
    p.misses += 1
    p.unconfirmed_submit, p.problem = None, 'OTP_NOT_ACCEPTED'


def leave(p: Payment, to: str, idempotency_key: str, now: float) -> bool:
    """Records that the customer leaves for the bank's page or cancels. Returns False when that changes nothing, as `away`.

    Cancelling makes no promise about money: a payment that still succeeds is reported.
    """
    if to == 'away' or idempotency_key in p.idempotency_keys or p.verdict:
        return False
    if to == 'bank':
        changed, p.left_for_bank = not p.left_for_bank, True
    else:
        changed = current_phase(p, now)[0] in {'ready', 'awaitingOtp', 'unresolved'}
        if changed:
            p.stage, p.unconfirmed_submit, p.problem = 'cancelled', None, None
    if changed:
        p.idempotency_keys.append(idempotency_key)
    return changed


def has_unknown_submit(p: Payment) -> bool:
    """Returns True for a submitted OTP that Plural neither accepted nor rejected."""
    return p.unconfirmed_submit is not None and not p.unconfirmed_submit['accepted']


def as_object(value) -> dict:
    """Returns a member of an order that may have any shape as an object: without members when it is none."""
    return value if isinstance(value, dict) else {}


def apply_order(p: Payment, order: dict) -> bool:
    """Decides the verdict from the order; the only source of a verdict. Returns True when the record changed."""
    before = (p.verdict, p.superseded, p.on_hold, p.misses)
    if p.verdict and p.verdict['outcome'] == 'paid':
        return False  # A paid payment never becomes unpaid.
    order_status = str(order.get('status', '')).upper()
    payments = order.get('payments') or []
    payment = next((one for one in payments if one.get('id') == p.payment_id), {})
    status = str(payment.get('status', '')).upper()
    amount = as_object(payment.get('payment_amount') or order.get('order_amount'))
    p.on_hold = p.superseded = False
    if order_status == 'CANCELLED':
        p.verdict = {'outcome': 'cancelled', 'can_pay_again': False, 'advice': 'orderCancelled'}
    elif status in {'PROCESSED', 'AUTHORIZED'}:
        captured = status == 'PROCESSED' and order_status in PAID_ORDER_STATUSES
        final = captured or (status == order_status and order.get('pre_auth') is True)
        if final and (amount.get('value'), amount.get('currency')) == (p.value, p.currency):
            p.verdict = {'outcome': 'paid', 'can_pay_again': False, 'advice': None}
        else:
            p.on_hold = True
    elif status in {'FAILED', 'CANCELLED'} or (order_status == 'FAILED' and status == 'PENDING'):
        code = str(as_object(payment.get('error_detail')).get('code', '')).upper()
        can_pay_again = order_status in OPEN_ORDER_STATUSES
        p.verdict = {'outcome': 'failed', 'can_pay_again': can_pay_again, 'advice': ADVICE.get(code)}
    elif any(str(other.get('status', '')).upper() in {'PROCESSED', 'AUTHORIZED'} for other in payments):
        p.superseded = True
    elif status != 'PENDING' or order_status not in OPEN_ORDER_STATUSES:
        p.on_hold = True
    elif order_status == 'ATTEMPTED' and has_unknown_submit(p) and p.misses == 0:
        record_miss(p)
    return before != (p.verdict, p.superseded, p.on_hold, p.misses)


def payment_view(p: Payment, revision: int, now: float, *, denial: str | None, problem: str | None = None) -> dict:
    """Returns the contract's PaymentView. `denial`: why the session may not act. `problem`: of the current request."""
    phase, recorded_problem = current_phase(p, now)
    reads = denial == 'SESSION_READ_ONLY'
    is_denied = denial and (phase in {'ready', 'awaitingOtp', 'unresolved'} if reads else phase not in FINAL_PHASES)
    hidden = {'submit', 'resend', 'redirect'} if reads else {'submit', 'resend'} if denial else {}
    steps = ['check'] if reads and is_denied else [step for step in _next_steps(p, phase) if step not in hidden]
    view = {'phase': phase, 'next': steps, 'revision': revision, 'reference': p.reference}
    view |= {'attempts': {'misses': p.misses}, 'display': p.display}
    code = denial if is_denied else problem or recorded_problem
    if code:
        advice = p.verdict and code == 'PAYMENT_FAILED' and p.verdict['advice']
        view['problem'] = {'code': code, **({'advice': advice} if advice else {})}
    if 'resend' in steps:
        view['resendInSeconds'] = max(0, math.ceil(p.resend_at - now))
    if poll_after := {'generating': 2, 'resending': 2, 'confirming': 2, 'unresolved': 30}.get(phase):
        view['pollAfterSeconds'] = poll_after
    if 'redirect' in steps:
        view['challengeUrl'] = p.challenge_url
    if p.left_for_bank and phase not in FINAL_PHASES:
        view['leftForBank'] = True
    return view


def _next_steps(p: Payment, phase: str) -> list:
    redirect = ['redirect'] if p.challenge_url else []
    submit = ['submit'] if p.submits < MAX_SUBMITS else []
    resend = ['resend'] if p.resend_offered and p.resends < MAX_RESENDS else []
    if phase in {'failed', 'exhausted'}:
        if p.verdict:
            return ['payAgain'] if p.verdict['can_pay_again'] else []
        return [*redirect, 'check']
    return {
        'ready': [*redirect, 'check'],
        'generating': redirect,
        'resending': redirect,
        'awaitingOtp': [*submit, *resend, *redirect],
        'confirming': ['check'],
        'unresolved': ['check', *submit, *resend, *redirect],
    }.get(phase, [])
