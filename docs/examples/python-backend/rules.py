"""The rules of one payment: what may be done, what an answer means, what the customer sees.

No function here reads a clock, sends anything or touches the store; times are epoch seconds.
"""

import math
from dataclasses import dataclass, field

SUBMITS, RESENDS, GENERATES = 5, 3, 3
CONFIRM_SECONDS = 60
# Longer than a call may take, so that no two deeds of a payment are ever at Plural at once.
LAPSE_SECONDS = {'generate': 35, 'resend': 35, 'submit': 35}
UNDER_WAY = {'generate': 'generating', 'resend': 'resending', 'submit': 'confirming'}
POSSIBLE_IN = {
    'generate': {'ready'},
    'submit': {'awaitingOtp', 'unresolved'},
    'resend': {'awaitingOtp', 'unresolved'},
}
ENDS = {'authorized', 'failed', 'exhausted', 'superseded', 'cancelled'}
PAID_ORDER = {'PROCESSED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED'}
OPEN_ORDER = {'CREATED', 'PENDING', 'ATTEMPTED'}
ADVICE = {
    'CARD_EXPIRED': 'useAnotherCard', 'CARD_LOST': 'useAnotherCard', 'CARD_STOLEN': 'useAnotherCard',
    'RISK_CHECK_FAILED': 'useAnotherCard', 'INSUFFICIENT_FUNDS': 'checkFunds', 'AMOUNT_LIMIT_EXCEEDED': 'checkFunds',
    'CARD_VERIFICATION_FAILED': 'checkDetails', 'PAYMENT_DECLINED': 'contactIssuer', 'PAYMENT_EXPIRED': 'payAgain',
    'TIMED_OUT': 'tryLater', 'INTERNAL_ERROR': 'tryLater',
}  # fmt: skip


@dataclass
class Payment:
    """What is remembered of a payment. Never a code, a card number, a CVV or a token."""

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
    acts: list = field(default_factory=list)
    #: {'deed', 'act', 'since'}: written before its call is sent, and cleared with its answer.
    under_way: dict | None = None
    #: {'since', 'accepted'}: a code is at the bank; the order decides what became of it.
    outstanding: dict | None = None
    generates: int = 0
    submits: int = 0
    resends: int = 0
    misses: int = 0
    resend_at: float = 0
    resend_offered: bool = True
    problem: str | None = None
    left_for_bank: bool = False
    #: {'outcome', 'open', 'advice'}: the final word.
    verdict: dict | None = None
    superseded: bool = False
    #: The order looks ended, but not as it was started: a person has to look.
    held: bool = False
    order_read_at: float = 0


def lapse(p: Payment, now: float) -> None:
    """Settles a deed whose answer was never written down, because its process died."""
    if p.under_way is None or now - p.under_way['since'] < LAPSE_SECONDS[p.under_way['deed']]:
        return
    if p.under_way['deed'] == 'submit':
        p.outstanding = {'since': p.under_way['since'], 'accepted': False}
    else:
        _maybe_sent(p, now)
    p.under_way = None


def situation(p: Payment, now: float) -> tuple[str, str | None]:
    """Where the payment stands: phase and problem."""
    if p.verdict:
        if p.verdict['outcome'] == 'paid':
            return 'authorized', None
        if p.stage == 'exhausted':
            return 'exhausted', 'ATTEMPTS_USED'
        return 'failed', 'PAYMENT_FAILED'
    if p.superseded:
        return 'superseded', None
    if p.held:
        return 'confirming', None
    if p.under_way:
        return UNDER_WAY[p.under_way['deed']], None
    if p.stage == 'exhausted':
        return 'exhausted', 'ATTEMPTS_USED'
    if p.outstanding and p.stage != 'cancelled':
        if now - p.outstanding['since'] < CONFIRM_SECONDS:
            return 'confirming', None
        return 'unresolved', 'OUTCOME_UNKNOWN'
    if p.stage == 'awaitingOtp' and p.submits >= SUBMITS:
        return 'exhausted', 'ATTEMPTS_USED'
    if p.stage == 'ready' and not p.native_otp:
        return 'ready', 'NATIVE_OTP_UNAVAILABLE'
    return p.stage, p.problem


def admit(p: Payment, deed: str, idempotency_key: str, now: float) -> tuple[bool, str | None]:
    """Takes a deed up, and counts it, before anything is sent: (send, problem). A known act is never sent again."""
    if idempotency_key in p.acts or situation(p, now)[0] not in POSSIBLE_IN[deed]:
        return False, None
    if deed == 'generate' and (not p.native_otp or p.generates >= GENERATES):
        return False, 'NATIVE_OTP_UNAVAILABLE'
    if deed == 'submit' and p.submits >= SUBMITS:
        return False, 'ATTEMPTS_USED'
    if deed == 'resend' and (not p.resend_offered or p.resends >= RESENDS):
        return False, 'RESEND_LIMIT'
    if deed == 'resend' and now < p.resend_at:
        return False, 'RESEND_TOO_EARLY'
    setattr(p, f'{deed}s', getattr(p, f'{deed}s') + 1)
    p.acts.append(idempotency_key)
    p.under_way = {'deed': deed, 'idempotency_key': idempotency_key, 'since': now}
    return True, None


def conclude(p: Payment, deed: str, idempotency_key: str, ending, now: float) -> bool:
    """Writes down how a deed ended: an answer, 'notSent' or 'unclear'. True when the order has to be read now."""
    p.under_way = None
    if ending == 'notSent':
        setattr(p, f'{deed}s', getattr(p, f'{deed}s') - 1)
        p.acts.remove(idempotency_key)
        p.problem = 'BACKEND_UNREACHABLE'
        return False
    if ending == 'unclear' or (ending.status == 200 and not ending.ok):
        return _unclear(p, deed, now)
    if ending.ok:
        p.problem = None
        if deed == 'submit':
            if str(ending.body.get('status', 'SUCCESS')).upper() != 'SUCCESS':
                return _unclear(p, deed, now)
            p.outstanding = {'since': now, 'accepted': True}
            return False
        p.stage, p.outstanding, p.left_for_bank = 'awaitingOtp', None, False
        p.resend_at = now + (ending.resend_after_seconds or 30)
        p.resend_offered = not ending.next or 'RESEND_OTP' in ending.next
        return False
    return _refused(p, deed, ending, now)


def _refused(p: Payment, deed: str, answer, now: float) -> bool:
    if answer.status == 429:
        p.problem = 'BUSY'
    elif answer.status in {401, 403}:
        p.problem = 'INTERNAL'  # The shop's credentials, not the customer's code.
    elif deed == 'generate':
        p.problem, p.native_otp = 'NATIVE_OTP_UNAVAILABLE', False
    elif 'NONE' in answer.next:
        if deed == 'submit':
            miss(p)
        p.stage, p.outstanding = 'exhausted', None
        return True
    elif deed == 'resend':
        p.problem = 'RESEND_TOO_EARLY' if 'RESEND_OTP' in answer.next else 'RESEND_LIMIT'
        p.resend_offered = 'RESEND_OTP' in answer.next
        p.resend_at = now + (answer.resend_after_seconds or 30)
    elif 'SUBMIT_OTP' in answer.next:
        miss(p)
        p.resend_offered = 'RESEND_OTP' in answer.next
        if answer.resend_after_seconds:
            p.resend_at = now + answer.resend_after_seconds
    else:
        p.outstanding = {'since': now, 'accepted': False}
        return True
    return False


def _unclear(p: Payment, deed: str, now: float) -> bool:
    if deed == 'submit':
        p.outstanding, p.problem = {'since': now, 'accepted': False}, None
    else:
        p.outstanding = None
        _maybe_sent(p, now if deed == 'generate' else now + 30)
    return False


def _maybe_sent(p: Payment, resend_at: float) -> None:
    p.stage, p.resend_at, p.problem = 'awaitingOtp', resend_at, 'OTP_MAYBE_NOT_SENT'


def miss(p: Payment) -> None:
    """The bank did not accept a code."""
    p.misses += 1
    p.outstanding, p.problem = None, 'OTP_NOT_ACCEPTED'


def leave(p: Payment, to: str, idempotency_key: str, now: float) -> bool:
    """Records that the customer leaves. False when that changes nothing. Promises nothing about money."""
    if idempotency_key in p.acts or p.verdict:
        return False
    if to == 'bank':
        changed, p.left_for_bank = not p.left_for_bank, True
    else:
        changed = situation(p, now)[0] in {'ready', 'awaitingOtp', 'unresolved'}
        if changed:
            p.stage, p.outstanding, p.problem = 'cancelled', None, None
    if changed:
        p.acts.append(idempotency_key)
    return changed


def apply_order(p: Payment, order: dict) -> bool:
    """The only place where an order becomes a verdict. True when something changed."""
    before = (p.verdict, p.superseded, p.held, p.misses)
    status = str(order.get('status', '')).upper()
    payments = {one.get('id'): one for one in order.get('payments') or []}
    mine = payments.get(p.payment_id) or {}
    state = str(mine.get('status', '')).upper()
    amount = mine.get('payment_amount') or order.get('order_amount') or {}
    if p.verdict and p.verdict['outcome'] == 'paid':
        return False  # Money that came is never taken back by a later message.
    p.held = p.superseded = False
    if status == 'CANCELLED':
        p.verdict = {'outcome': 'cancelled', 'open': False, 'advice': 'orderCancelled'}
    elif state in {'PROCESSED', 'AUTHORIZED'}:
        final = state == 'PROCESSED' and status in PAID_ORDER or (state == status and order.get('pre_auth') is True)
        if final and (amount.get('value'), amount.get('currency')) == (p.value, p.currency):
            p.verdict = {'outcome': 'paid', 'open': False, 'advice': None}
        else:
            p.held = True
    elif state == 'FAILED':
        code = str((mine.get('error_detail') or {}).get('code', '')).upper()
        p.verdict = {'outcome': 'failed', 'open': status in OPEN_ORDER, 'advice': ADVICE.get(code)}
    elif any(str(one.get('status', '')).upper() in {'PROCESSED', 'AUTHORIZED'} for one in payments.values()):
        p.superseded = True
    elif state != 'PENDING' or status not in OPEN_ORDER:
        p.held = True
    elif status == 'ATTEMPTED' and p.outstanding and not p.outstanding['accepted'] and p.misses == 0:
        miss(p)
    return before != (p.verdict, p.superseded, p.held, p.misses)


def view(p: Payment, revision: int, now: float, *, may_act: bool, problem: str | None = None) -> dict:
    """The payment as its customer may see it: the contract's PaymentView."""
    phase, standing = situation(p, now)
    expired = not may_act and phase not in ENDS
    steps = [step for step in _next(p, phase) if not expired or step not in {'submit', 'resend'}]
    shown = {'phase': phase, 'next': steps, 'revision': revision, 'reference': p.reference}
    shown['attempts'] = {'misses': p.misses}
    code = 'SESSION_EXPIRED' if expired else problem or standing
    if code:
        advice = p.verdict and code == 'PAYMENT_FAILED' and p.verdict['advice']
        shown['problem'] = {'code': code, **({'advice': advice} if advice else {})}
    if 'resend' in steps:
        shown['resendInSeconds'] = max(0, math.ceil(p.resend_at - now))
    ask_again = {'generating': 2, 'resending': 2, 'confirming': 2, 'unresolved': 30}.get(phase)
    if ask_again:
        shown['pollAfterSeconds'] = ask_again
    if 'redirect' in steps:
        shown['challengeUrl'] = p.challenge_url
    if p.left_for_bank and phase not in ENDS:
        shown['leftForBank'] = True
    shown['display'] = p.display
    return shown


def _next(p: Payment, phase: str) -> list:
    bank = ['redirect'] if p.challenge_url else []
    code = (['submit'] if p.submits < SUBMITS else []) + (
        ['resend'] if p.resend_offered and p.resends < RESENDS else []
    )
    if phase in {'failed', 'exhausted'}:
        if p.verdict:
            return ['payAgain'] if p.verdict['open'] else []
        return [*bank, 'check']
    return {
        'ready': [*bank, 'check'],
        'generating': bank,
        'resending': bank,
        'awaitingOtp': [*code, *bank],
        'confirming': ['check'],
        'unresolved': ['check', *code, *bank],
    }.get(phase, [])
