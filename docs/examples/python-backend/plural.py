"""Client of Plural's API, and verification of its signatures. Standard library only.

A call has one of three outcomes: a Response, NotSent (Plural received nothing), or OutcomeUnknown (it may have had an
effect). What creates something is never retried: it is found again by its reference. Only reads of an order are
retried, and any call once after a rejected token. Sources: Plural's native OTP guide, and the pages "Authentication",
"Order status" and "Webhooks" of its developer documentation.
"""

import base64
import hashlib
import hmac
import http.client
import json
import math
import re
import threading
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import urlsplit


class PluralError(Exception):
    """A call without a usable response."""


class NotSent(PluralError):
    """Plural received nothing."""


class OutcomeUnknown(PluralError):
    """The call may have had an effect. Read the order; never retry a write."""


class Refused(PluralError):
    """Plural or the shop refuses to create it."""


@dataclass(frozen=True)
class Response:
    status: int
    body: dict

    @property
    def ok(self) -> bool:
        return self.status == 200 and 'code' not in self.body and 'error' not in self.body

    @property
    def order(self) -> dict:
        """The order that a response contains, and {} for anything else."""
        order = self.body.get('data', self.body)
        payments = order.get('payments') or [] if isinstance(order, dict) else None
        return order if isinstance(payments, list) and all(isinstance(p, dict) for p in payments) else {}

    @property
    def next(self) -> list:
        steps = self.body.get('next')
        return steps if isinstance(steps, list) else []

    @property
    def resend_after_seconds(self) -> float | None:
        """Seconds until a resend is allowed (a string or number on the wire), or None."""
        meta_data = self.body.get('meta_data')
        seconds = _to_seconds(meta_data.get('resend_after')) if isinstance(meta_data, dict) else None
        return seconds if seconds is None or 1 <= seconds <= 900 else 30


def _to_seconds(value) -> float | None:
    """Returns a number of seconds (a string or number on the wire), and None for anything else."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
_MAX_RESPONSE_BYTES = 256 * 1024


class Plural:
    def __init__(self, base_url: str, client_id: str, client_secret: str, now):
        self.base_url = base_url.rstrip('/')
        self._credentials = {'client_id': client_id, 'client_secret': client_secret, 'grant_type': 'client_credentials'}
        self._now = now
        self._lock = threading.Lock()
        self._token, self._token_until = '', 0.0

    def find_or_create_order(self, reference: str, amount: dict, return_url: str) -> str:
        """Creates an order, or finds the one that has its reference: after a repeated or an unclear call. Returns its id."""
        body = {'merchant_order_reference': reference, 'order_amount': amount, 'callback_url': return_url}
        try:
            response = self._call('POST', '/api/pay/v1/orders', body)
            is_unclear = response.body.get('code') == 'DUPLICATE_REQUEST'
        except OutcomeUnknown:
            is_unclear = True
        if is_unclear:
            response = self._call('GET', f'/api/pay/v1/orders/reference/{reference}')
        # An order of another amount under the same reference would charge a price that the customer did not see.
        if not response.ok or response.order.get('order_amount') != amount:
            raise Refused
        if not isinstance(response.order.get('order_id'), str):
            raise OutcomeUnknown
        return response.order['order_id']

    def get_order(self, order_id: str) -> dict:
        """Reads an order, with two retries. Raises OutcomeUnknown when it cannot be read."""
        for attempt in range(3):
            try:
                response = self._call('GET', f'/api/pay/v1/orders/{order_id}')
            except (NotSent, OutcomeUnknown):
                continue
            if response.ok and response.order.get('order_id') == order_id:
                return response.order
        raise OutcomeUnknown

    def create_payment(self, order_id: str, payment: dict) -> tuple[dict, dict]:
        """Creates a payment, or finds the one that has its reference. Returns (order, payment)."""
        order = {}
        try:
            response = self._call('POST', f'/api/pay/v1/orders/{order_id}/payments', {'payments': [payment]})
            if response.ok:
                order = response.order
            elif response.body.get('code') != 'DUPLICATE_REQUEST':
                raise Refused
        except OutcomeUnknown:
            pass  # If the payment was created, the order contains it.
        reference = payment['merchant_payment_reference']
        created = find_payment(order, reference)
        if created is None:
            order = self.get_order(order_id)
            created = find_payment(order, reference)
        if created is None:
            raise OutcomeUnknown
        return order, created

    def card_details(self, card_number: str, amount: int) -> dict:
        """Returns what is known of a card, and {} when that cannot be read."""
        card = {'payment_identifier': card_number, 'payment_reference_type': 'CARD'}
        try:
            response = self._call(
                'POST', '/api/pay/v1/getCardDetails', {'amount': str(amount), 'card_details': [card]}
            )
        except PluralError:
            return {}
        cards = response.body.get('card_payment_details')
        details = cards[0] if response.ok and isinstance(cards, list) and cards else None
        # Only what can be shown: another shape than a text or a flag is not known to be one of a card.
        return {k: v for k, v in details.items() if isinstance(v, (str, bool))} if isinstance(details, dict) else {}

    def is_trusted(self, url) -> bool:
        """Returns True for a challenge URL on Plural's host. Any other could lead the customer to a phishing page."""
        if not isinstance(url, str):
            return False
        expected, given = urlsplit(self.base_url), urlsplit(url)
        return given.netloc == expected.netloc and given.scheme in {'https', expected.scheme}

    def otp(self, action: str, payment_id: str, otp: str | None = None) -> Response:
        """Calls generate, submit or resend. Never retried after an unknown outcome."""
        body = {'payment_id': payment_id} if otp is None else {'payment_id': payment_id, 'otp': otp}
        return self._call('POST', f'/api/pay/v1/otp/{action}', body, timeout=30)

    def _call(self, method: str, path: str, body: dict | None = None, timeout: int = 10) -> Response:
        response = self._send(method, path, body, timeout, self._bearer())
        if response.status == 401 and not response.next:
            # A rejected token proves that nothing was done, so the call is retried once with a new one.
            self._token_until = 0.0
            response = self._send(method, path, body, timeout, self._bearer())
        return response

    def _bearer(self) -> str:
        with self._lock:
            if self._now() >= self._token_until:
                try:
                    response = self._send('POST', '/api/auth/v1/token', self._credentials, 10, None)
                except OutcomeUnknown as error:
                    raise NotSent from error
                if not response.ok or not isinstance(response.body.get('access_token'), str):
                    raise NotSent
                self._token = response.body['access_token']
                self._token_until = self._now() + max(0, (_to_seconds(response.body.get('expires_in')) or 300) - 60)
            return self._token

    def _send(self, method: str, path: str, body: dict | None, timeout: int, token: str | None) -> Response:
        headers = {'content-type': 'application/json', 'accept': 'application/json'}
        if token is not None:
            headers['authorization'] = f'Bearer {token}'
            headers['request-id'] = str(uuid.uuid4())
            headers['request-timestamp'] = datetime.fromtimestamp(self._now(), timezone.utc).isoformat()
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base_url + path, data, headers, method=method)
        try:
            try:
                response = _opener.open(request, timeout=timeout)
            except urllib.error.HTTPError as error_response:
                response = error_response
            with response:
                raw = response.read(_MAX_RESPONSE_BYTES + 1)
                status = response.status
            if len(raw) > _MAX_RESPONSE_BYTES or status >= 500 or 300 <= status < 400:
                raise OutcomeUnknown
            parsed = json.loads(raw)
        except urllib.error.URLError as error:
            raise (NotSent if isinstance(error.reason, ConnectionRefusedError) else OutcomeUnknown) from None
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            raise OutcomeUnknown from None
        if not isinstance(parsed, dict):
            raise OutcomeUnknown
        return Response(status, parsed)


def find_payment(order: dict, reference: str) -> dict | None:
    """Returns the payment of an order that has this merchant reference."""
    payments = order.get('payments') or []
    identified = [payment for payment in payments if isinstance(payment.get('id'), str)]
    return next((p for p in identified if p.get('merchant_payment_reference') == reference), None)


def is_valid_return(fields: list[tuple[str, str]], secret_key_hex: str) -> bool:
    """Verifies the signature of a return's decoded fields. A repeated field makes it invalid."""
    values = dict(fields)
    if len(values) != len(fields) or any(re.search('[=&]', name) for name in values):
        return False
    signature = values.pop('signature', '')
    if not re.fullmatch('[0-9A-Fa-f]{64}', signature):
        return False
    if not re.fullmatch('[A-Za-z0-9_-]{1,64}', values.get('order_id', '')) or not values.get('status'):
        return False
    # Plural sorts by UTF-16 code unit, as Java does.
    names = sorted(values, key=lambda name: name.encode('utf-16-be'))
    signed = '&'.join(f'{name}={values[name]}' for name in names)
    expected = hmac.digest(bytes.fromhex(secret_key_hex), signed.encode(), 'sha256')
    return hmac.compare_digest(expected, bytes.fromhex(signature))


def is_valid_webhook(headers, body: bytes, secret: str, now: float) -> bool:
    """Verifies a webhook's signature, and that its timestamp is at most 300 seconds away."""
    message_id, timestamp = headers.get('webhook-id', ''), headers.get('webhook-timestamp', '')
    if not message_id or not re.fullmatch('[0-9]{1,12}', timestamp) or abs(now - int(timestamp)) > 300:
        return False
    signed = f'{message_id}.{timestamp}.'.encode() + body
    expected = 'v1,' + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    signatures = headers.get('webhook-signature', '').split(' ')
    return any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures)
