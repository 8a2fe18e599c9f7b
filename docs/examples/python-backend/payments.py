"""The operations on a payment: start, the customer's actions, reconciliation with the order, and verdict delivery."""

import secrets
import sqlite3
import sys
import time
from typing import Callable

import rules
from plural import NotSent, OutcomeUnknown, Plural, PluralError, Refused, find_payment
from repository import PaymentRepository
from rules import Payment, as_object

#: Crockford's Base32, which has no letters that are easily confused.
_REFERENCE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


class Payments:
    def __init__(
        self,
        plural: Plural,
        repository: PaymentRepository,
        return_url: str,
        now: Callable[[], float],
        on_verdict: Callable[[str, str, str], None],
    ):
        """`on_verdict(order_id, payment_id, outcome)` is retried until it succeeds, so it is called at least once."""
        self._plural, self._repository, self._return_url = plural, repository, return_url
        self._now, self._on_verdict = now, on_verdict

    def start(self, order_reference: str, payment_reference: str, value: int, card: dict, device_info: dict) -> dict:
        """Creates an order and a payment. Returns { session, view } for the browser. Raises NotSent or Refused when no
        payment was created, and OutcomeUnknown when one may have been: call again with the same references.

        Idempotent: the same references return the same payment, also after an unclear or lost response. For another
        attempt after a decline pass the same order reference and a new payment reference.

        `device_info` comes from `collectDeviceInfo()` in the browser, plus the Accept header of its request.
        """
        amount = {'value': value, 'currency': 'INR'}
        order_id = self._plural.find_or_create_order(order_reference, amount, self._return_url)
        started = self._find_started(self._plural.get_order(order_id), payment_reference)
        if started:
            return self._open(started)
        card_details = self._plural.card_details(card['card_number'], value)
        facts = {
            'value': value,
            'native_otp': card_details.get('is_native_otp_supported') is True,
            'network': card_details.get('card_network'),
            'issuer': card_details.get('card_issuer'),
            'last_digits': card['card_number'][-4:],
        }
        # Saved before the call: a second click waits for this one, and after a crash the sweep finds the payment.
        if not self._repository.reserve_start(payment_reference, order_id, facts, self._now()):
            return self._open(self._await_start(order_id, payment_reference))
        try:
            # Read again, because another request may have created a payment since.
            self._reject_rival(self._plural.get_order(order_id), payment_reference)
        except PluralError:
            self._repository.finish_start(payment_reference, created_nothing=True)
            raise
        try:
            payment_details = {
                'merchant_payment_reference': payment_reference,
                'payment_method': 'CARD',
                'payment_amount': amount,
                'payment_option': {'card_details': card},
                'device_info': device_info,
            }
            order, payment = self._plural.create_payment(order_id, payment_details)
        except (NotSent, Refused):
            self._repository.finish_start(payment_reference, created_nothing=True)
            raise
        return self._open(self._adopt(order, payment, facts))

    def _open(self, payment_id: str) -> dict:
        session = self._repository.create_session(payment_id, self._now())
        return {'session': session, 'view': self._view(payment_id, None)}

    def open_reference(self, reference: str) -> dict | None:
        """Returns { session, view } of a payment for whoever knows its reference: the session only reads."""
        payment_id = self._repository.id_by_reference(reference)
        if payment_id is None:
            return None
        session = self._repository.create_session(payment_id, self._now(), read_only=True)
        return {'session': session, 'view': self._view(payment_id, 'SESSION_READ_ONLY')}

    def _find_started(self, order: dict, reference: str) -> str | None:
        """Returns the id of the payment with this reference, also of one whose response never arrived."""
        known = self._repository.id_by_payment_reference(reference)
        if known:
            return known
        facts = self._repository.get_start(reference)
        payment = find_payment(order, reference)
        return self._adopt(order, payment, facts) if payment and facts else None

    def _await_start(self, order_id: str, reference: str) -> str:
        """Waits for a start of the order by another request, for at most ten seconds. Rejects one of another reference."""
        for _ in range(10):
            order = self._plural.get_order(order_id)
            started = self._find_started(order, reference)
            if started:
                return started
            self._reject_rival(order, reference)
            time.sleep(1)
        raise OutcomeUnknown

    def _reject_rival(self, order: dict, reference: str) -> None:
        """Rejects a payment while another one of the order has the money or may still get it."""
        for payment in order.get('payments') or []:
            is_over = payment.get('status') in ('FAILED', 'CANCELLED')
            if payment.get('merchant_payment_reference') != reference and not is_over:
                raise Refused

    def _adopt(self, order: dict, payment: dict, facts: dict) -> str:
        """Records a payment of an order. Returns its id."""
        now, value, url = self._now(), facts['value'], order.get('challenge_url')
        fee = as_object(as_object(payment.get('convenience_fee_breakdown')).get('applicable_fee_amount')).get('value')
        fee = fee if isinstance(fee, int) else 0
        display = {
            'network': facts['network'],
            'issuer': facts['issuer'],
            'lastDigits': facts['last_digits'],
            'amount': {'value': value + fee, 'currency': 'INR'},
            'fee': {'value': fee, 'currency': 'INR'} if fee else None,
        }
        record = Payment(
            payment_id=payment['id'],
            order_id=order['order_id'],
            reference='-'.join(''.join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(4)) for _ in range(3)),
            value=value,
            currency='INR',
            started_at=now,
            native_otp=facts['native_otp'],
            challenge_url=url if self._plural.is_trusted(url) else None,
            display={name: member for name, member in display.items() if member},
            order_read_at=now,
        )
        # From here on the sweep checks the payment until it is paid or 72 hours old, even if the customer leaves.
        self._repository.insert(record, payment['merchant_payment_reference'], due_at=now + 60)
        return record.payment_id

    def perform_action(
        self, payment_id: str, denial: str | None, action: str, idempotency_key: str, otp: str | None = None
    ) -> dict:
        """Performs generate, submit or resend: reserves it, calls Plural at most once, and records the result."""
        if denial:
            return self._view(payment_id, denial)

        def begin(p: Payment):
            rules.expire_action(p, self._now())
            call, problem = rules.begin_action(p, action, idempotency_key, self._now())
            return call, (call, problem)

        p, revision, (call, problem) = self._repository.update(payment_id, begin, due_at=self._now() + 60)
        if not call:
            return rules.payment_view(p, revision, self._now(), denial=denial, problem=problem)
        try:
            result = self._plural.otp(action, payment_id, otp)
        except NotSent:
            result = 'not_sent'
        except OutcomeUnknown:
            result = 'unknown'

        def complete(p: Payment):
            is_current = p.in_flight is not None and p.in_flight['idempotency_key'] == idempotency_key
            return is_current, is_current and rules.complete_action(p, action, idempotency_key, result, self._now())

        try:
            _, _, read_order = self._repository.update(payment_id, complete)
            if read_order:
                self._reconcile_rejection(payment_id)
            return self._view(payment_id, denial)
        except sqlite3.Error:
            # The call was made, so the customer gets its result. The stored action stays in flight until it expires.
            rules.complete_action(p, action, idempotency_key, result, self._now())
            return rules.payment_view(p, revision, self._now(), denial=denial)

    def _reconcile_rejection(self, payment_id: str) -> None:
        """Handles a rejection without a reason: reads the order, and records a miss if the payment is still open."""
        if self.reconcile(payment_id):

            def reject(p: Payment):
                is_miss = rules.has_unknown_submit(p) and not (p.verdict or p.on_hold or p.superseded)
                if is_miss:
                    rules.record_miss(p)
                return is_miss, None

            self._repository.update(payment_id, reject)

    def _view(self, payment_id: str, denial: str | None) -> dict:
        p, revision = self._repository.get(payment_id)
        rules.expire_action(p, self._now())
        return rules.payment_view(p, revision, self._now(), denial=denial)

    def get_view(self, payment_id: str, denial: str | None) -> dict:
        """Returns the view. For an open payment the order is read first, at most once per second."""

        def claim_read(p: Payment):
            rules.expire_action(p, self._now())
            is_due = p.verdict is None and self._now() - p.order_read_at >= 1
            if is_due:
                p.order_read_at = self._now()
            return is_due, is_due

        if self._repository.update(payment_id, claim_read)[2]:
            self.reconcile(payment_id)
        return self._view(payment_id, denial)

    def leave(self, payment_id: str, denial: str | None, to: str, idempotency_key: str) -> dict:
        if denial != 'SESSION_READ_ONLY':
            self._repository.update(payment_id, lambda p: (rules.leave(p, to, idempotency_key, self._now()), None))
        return self._view(payment_id, denial)

    def reconcile_order(self, order_id: str) -> bool:
        """Reconciles all payments of an order. True when each succeeded, and for an unknown order."""
        for reference in self._repository.starts_by_order(order_id):
            self._find_started(self._plural.get_order(order_id), reference)
        return all([self.reconcile(payment_id) for payment_id in self._repository.ids_by_order(order_id)])

    def reconcile(self, payment_id: str) -> bool:
        """Reads the order, decides, saves and delivers the verdict. False when the order could not be read or the delivery failed."""
        p, _ = self._repository.get(payment_id)
        try:
            order = self._plural.get_order(p.order_id)
        except OutcomeUnknown:
            return False
        # Due with its verdict, so that the sweep delivers again what the shop fails to take.
        due_at = self._now() + 60
        p, _, _ = self._repository.update(payment_id, lambda p: (rules.apply_order(p, order), None), due_at)
        if p.verdict is None:
            return True
        outcome = p.verdict['outcome']
        if self._repository.claim_delivery(payment_id, outcome, self._now()):
            try:
                self._on_verdict(p.order_id, payment_id, outcome)
            except Exception:
                self._repository.finish_delivery(payment_id, None)
                return False
            self._repository.finish_delivery(payment_id, outcome)
            self._repository.schedule_check(payment_id, self._now() + 3600, ends=outcome == 'paid')
        return True

    def sweep(self) -> None:
        """Reconciles every payment whose check is due, and finds payments whose start was interrupted."""
        for start in self._repository.list_starts(self._now() - 60):
            self._try_check(self._check_start, *start)
        for payment_id in self._repository.list_due(self._now()):
            self._try_check(self._check, payment_id)

    def _try_check(self, check: Callable, *args) -> None:
        """Runs one check of a sweep. An error ends that check and no other."""
        try:
            check(*args)
        except Exception as error:
            # Without its message, which may hold ids.
            print(f'a check of the sweep failed: {type(error).__name__}', file=sys.stderr)

    def _check_start(self, reference: str, order_id: str, started_at: float) -> None:
        found = self._find_started(self._plural.get_order(order_id), reference)
        # A payment that the order does not show after an hour was never created.
        if not found and self._now() - started_at > 3600:
            self._repository.finish_start(reference)

    def _check(self, payment_id: str) -> None:
        p, _ = self._repository.get(payment_id)
        age = self._now() - p.started_at
        pause = 60 if age < 900 else 900
        self._repository.schedule_check(payment_id, self._now() + pause, ends=age > 72 * 3600)
        self.reconcile(payment_id)

    def get_reference(self, order_id: str) -> str | None:
        """Returns the reference of the paid payment of an order, else of its newest."""
        payments = [self._repository.get(payment_id)[0] for payment_id in self._repository.ids_by_order(order_id)]
        paid = [p for p in payments if p.verdict and p.verdict['outcome'] == 'paid']
        return (paid or payments)[-1].reference if payments else None
