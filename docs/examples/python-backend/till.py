"""What a customer can do, and the one way a verdict comes about: read the order, decide, tell the shop."""

import secrets
import sqlite3
from typing import Callable
from urllib.parse import urlsplit

import rules
from ledger import Ledger
from plural import NotSent, Plural, Unclear
from rules import Payment

#: Without anything that looks or sounds like something else on the telephone.
_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


class PaymentRefused(Exception):
    """No payment was made."""


class PaymentUnknown(Exception):
    """A payment may have been made: call again with the same reference."""


class Till:
    def __init__(
        self, plural: Plural, ledger: Ledger, return_url: str, now: Callable[[], float], on_verdict: Callable
    ):
        """`on_verdict(order_id, payment_id, outcome)` is called at least once for each verdict, until it succeeds."""
        self._plural, self._ledger, self._return_url = plural, ledger, return_url
        self._now, self._on_verdict = now, on_verdict

    def start(
        self, order_reference: str, payment_reference: str, value: int, card: dict, device_info: dict
    ) -> dict:
        """Makes an order and a payment, and opens its step: { session, view } for the browser.

        `device_info` comes from `collectDeviceInfo()` in the browser, and the Accept header of its request.
        """
        plural, now = self._plural, self._now
        amount = {'value': value, 'currency': 'INR'}
        try:
            order = {'merchant_order_reference': order_reference, 'order_amount': amount}
            created = plural.create_order({**order, 'callback_url': self._return_url})
        except (NotSent, Unclear) as error:
            raise PaymentRefused from error
        if not created.ok:
            raise PaymentRefused
        order_id = created.body.get('data', created.body)['order_id']
        details = self._card_details(card['card_number'], value)
        order, payment = self._create_payment(order_id, payment_reference, amount, card, device_info)
        url = order.get('challenge_url')
        fee = ((payment.get('convenience_fee_breakdown') or {}).get('applicable_fee_amount') or {}).get('value', 0)
        display = {
            'network': details.get('card_network'),
            'issuer': details.get('card_issuer'),
            'lastDigits': card['card_number'][-4:],
            'amount': {'value': value + fee, 'currency': 'INR'},
            'fee': {'value': fee, 'currency': 'INR'} if fee else None,
        }
        made = Payment(
            payment_id=payment['id'],
            order_id=order_id,
            reference='-'.join(''.join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3)),
            value=value,
            currency='INR',
            started_at=now(),
            native_otp=details.get('is_native_otp_supported') is True,
            challenge_url=url if self._is_trusted(url) else None,
            display={name: value for name, value in display.items() if value},
            order_read_at=now(),
        )
        # A verdict is owed from here on, whatever becomes of the customer.
        self._ledger.insert(made, due_at=now() + 60)
        session = self._ledger.new_session(made.payment_id, now())
        return {'session': session, 'view': rules.view(made, 1, now(), may_act=True)}

    def _card_details(self, number: str, value: int) -> dict:
        try:
            answer = self._plural.card_details(number, value)
        except (NotSent, Unclear):
            return {}
        return (answer.body.get('card_payment_details') or [{}])[0] if answer.ok else {}

    def _create_payment(
        self, order_id: str, reference: str, amount: dict, card: dict, device_info: dict
    ) -> tuple[dict, dict]:
        payment = {
            'merchant_payment_reference': reference,
            'payment_method': 'CARD',
            'payment_amount': amount,
            'payment_option': {'card_details': card},
            'device_info': device_info,
        }
        try:
            answer = self._plural.create_payment(order_id, payment)
            if not answer.ok:
                raise PaymentRefused
            order = answer.body.get('data', answer.body)
        except NotSent as error:
            raise PaymentRefused from error
        except Unclear:
            # Never made again: if it was made, the order has it.
            try:
                order = self._plural.get_order(order_id)
            except (NotSent, Unclear) as error:
                raise PaymentUnknown from error
        for made in order.get('payments') or []:
            if made.get('merchant_payment_reference') == reference:
                return order, made
        raise PaymentUnknown

    def _is_trusted(self, url) -> bool:
        """Whether the bank's page is where Plural is: a wrong address would show the customer anyone's page."""
        if not isinstance(url, str):
            return False
        ours, theirs = urlsplit(self._plural.base_url), urlsplit(url)
        return theirs.netloc == ours.netloc and theirs.scheme in {'https', ours.scheme}

    def act(self, payment_id: str, may_act: bool, deed: str, idempotency_key: str, otp: str | None = None) -> dict:
        """One deed of the customer: written down, sent once, its end written down."""
        if not may_act:
            return self.view(payment_id, may_act)

        def take_up(p: Payment):
            rules.lapse(p, self._now())
            sent, problem = rules.admit(p, deed, idempotency_key, self._now())
            return sent, (sent, problem)

        p, revision, (send, problem) = self._ledger.change(payment_id, take_up, due_at=self._now() + 60)
        if not send:
            return rules.view(p, revision, self._now(), may_act=may_act, problem=problem)
        try:
            ending = self._plural.otp(deed, payment_id, otp)
        except NotSent:
            ending = 'notSent'
        except Unclear:
            ending = 'unclear'

        def write_down(p: Payment):
            mine = p.under_way is not None and p.under_way['idempotency_key'] == idempotency_key
            return mine, mine and rules.conclude(p, deed, idempotency_key, ending, self._now())

        try:
            _, _, read_now = self._ledger.change(payment_id, write_down)
            if read_now:
                self._read_after_refusal(payment_id)
            return self.view(payment_id, may_act)
        except sqlite3.Error:
            # It was sent, so the customer is told what is true; the deed stays under way in the store until it lapses.
            rules.conclude(p, deed, idempotency_key, ending, self._now())
            return rules.view(p, revision, self._now(), may_act=may_act)

    def _read_after_refusal(self, payment_id: str) -> None:
        """Plural refused and did not say why: the order may know, and if it is still open the code was not accepted."""
        if self.settle(payment_id):

            def refuse(p: Payment):
                waiting = p.outstanding is not None and not p.outstanding['accepted']
                refused = waiting and not (p.verdict or p.held or p.superseded)
                if refused:
                    rules.miss(p)
                return refused, None

            self._ledger.change(payment_id, refuse)

    def view(self, payment_id: str, may_act: bool) -> dict:
        p, revision = self._ledger.read(payment_id)
        rules.lapse(p, self._now())
        return rules.view(p, revision, self._now(), may_act=may_act)

    def look(self, payment_id: str, may_act: bool) -> dict:
        """Where the payment stands. An open one has its order read, once a second at most."""

        def claim(p: Payment):
            rules.lapse(p, self._now())
            due = p.verdict is None and self._now() - p.order_read_at >= 1
            if due:
                p.order_read_at = self._now()
            return due, due

        if self._ledger.change(payment_id, claim)[2]:
            self.settle(payment_id)
        return self.view(payment_id, may_act)

    def leave(self, payment_id: str, may_act: bool, to: str, idempotency_key: str) -> dict:
        self._ledger.change(payment_id, lambda p: (rules.leave(p, to, idempotency_key, self._now()), None))
        return self.view(payment_id, may_act)

    def settle_order(self, order_id: str) -> bool:
        """All payments of an order; False when one could not be settled. An unknown order is settled."""
        return all([self.settle(payment_id) for payment_id in self._ledger.of_order(order_id)])

    def settle(self, payment_id: str) -> bool:
        """Reads the order, decides, and tells the shop. False when the order could not be read or the shop failed."""
        p, _ = self._ledger.read(payment_id)
        try:
            order = self._plural.get_order(p.order_id)
        except (NotSent, Unclear):
            return False
        p, _, _ = self._ledger.change(payment_id, lambda p: (rules.apply_order(p, order), None))
        if p.verdict is None:
            return True
        outcome = p.verdict['outcome']
        if self._ledger.claim_delivery(payment_id, outcome, self._now()):
            try:
                self._on_verdict(p.order_id, payment_id, outcome)
            except Exception:
                self._ledger.end_delivery(payment_id, None)
                return False
            self._ledger.end_delivery(payment_id, outcome)
            self._ledger.look_again(payment_id, None if outcome == 'paid' else self._now() + 3600)
        return True

    def sweep(self) -> None:
        """Settles what nobody asked about. Call it every 30 seconds or so."""
        for payment_id in self._ledger.due(self._now()):
            p, _ = self._ledger.read(payment_id)
            age = self._now() - p.started_at
            over = age > 72 * 3600
            self._ledger.look_again(payment_id, None if over else self._now() + (60 if age < 900 else 900))
            self.settle(payment_id)

    def reference_of(self, order_id: str) -> str | None:
        """The reference of the payment that speaks for an order: the one that is paid, else the newest."""
        payments = [self._ledger.read(payment_id)[0] for payment_id in self._ledger.of_order(order_id)]
        paid = [p for p in payments if p.verdict and p.verdict['outcome'] == 'paid']
        return (paid or payments)[-1].reference if payments else None
