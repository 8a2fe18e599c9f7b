"""Plural's API and its signatures, on the standard library alone.

What Plural answers is told apart into three: an Answer, NotSent (nothing arrived there), and Unclear (nobody knows).
Only token and order reads are repeated by themselves. Sources: Plural's native OTP guide, and the pages
"Authentication", "Order status" and "Webhooks" of its developer documentation.
"""

import base64
import hashlib
import hmac
import http.client
import json
import re
import threading
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from datetime import datetime, timezone


class NotSent(Exception):
    """Nothing reached Plural."""


class Unclear(Exception):
    """Something may have reached Plural, and what became of it is not known: read the order."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict

    @property
    def ok(self) -> bool:
        return self.status == 200 and 'code' not in self.body and 'error' not in self.body

    @property
    def next(self) -> list:
        return self.body.get('next') or []

    @property
    def resend_after_seconds(self) -> float | None:
        """Seconds until another code; text or number on the wire. None when the answer names none."""
        try:
            seconds = float((self.body.get('meta_data') or {}).get('resend_after'))
        except (TypeError, ValueError):
            return None
        return seconds if 1 <= seconds <= 900 else 30


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
_LONGEST_ANSWER = 256 * 1024


class Plural:
    def __init__(self, base_url: str, client_id: str, client_secret: str, now):
        self.base_url = base_url.rstrip('/')
        self._credentials = {'client_id': client_id, 'client_secret': client_secret, 'grant_type': 'client_credentials'}
        self._now = now
        self._lock = threading.Lock()
        self._token, self._token_until = '', 0.0

    def create_order(self, body: dict) -> Answer:
        return self._call('POST', '/api/pay/v1/orders', body)

    def get_order(self, order_id: str) -> dict:
        """The order as it stands. Raises Unclear when it cannot be read; a read is tried three times."""
        for attempt in range(3):
            try:
                answer = self._call('GET', f'/api/pay/v1/orders/{order_id}')
            except (NotSent, Unclear):
                continue
            order = answer.body.get('data', answer.body)
            if answer.ok and order.get('order_id') == order_id:
                return order
        raise Unclear

    def create_payment(self, order_id: str, payment: dict) -> Answer:
        return self._call('POST', f'/api/pay/v1/orders/{order_id}/payments', {'payments': [payment]})

    def card_details(self, card_number: str, amount: int) -> Answer:
        card = {'payment_identifier': card_number, 'payment_reference_type': 'CARD'}
        return self._call('POST', '/api/pay/v1/getCardDetails', {'amount': str(amount), 'card_details': [card]})

    def otp(self, deed: str, payment_id: str, otp: str | None = None) -> Answer:
        """`deed` is generate, submit or resend. Sent once."""
        code = {} if otp is None else {'otp': otp}
        return self._call('POST', f'/api/pay/v1/otp/{deed}', {'payment_id': payment_id, **code}, timeout=30)

    def _call(self, method: str, path: str, body: dict | None = None, timeout: int = 10) -> Answer:
        answer = self._send(method, path, body, timeout, self._bearer())
        if answer.status == 401 and not answer.next:
            # The token was refused, so nothing was done: once more with a new one.
            self._token_until = 0.0
            answer = self._send(method, path, body, timeout, self._bearer())
        return answer

    def _bearer(self) -> str:
        with self._lock:
            if self._now() >= self._token_until:
                try:
                    answer = self._send('POST', '/api/auth/v1/token', self._credentials, 10, None)
                except Unclear as error:
                    raise NotSent from error
                if not answer.ok or not isinstance(answer.body.get('access_token'), str):
                    raise NotSent
                self._token = answer.body['access_token']
                self._token_until = self._now() + max(0, float(answer.body.get('expires_in') or 300) - 60)
            return self._token

    def _send(self, method: str, path: str, body: dict | None, timeout: int, token: str | None) -> Answer:
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
            except urllib.error.HTTPError as refused:
                response = refused
            with response:
                text = response.read(_LONGEST_ANSWER + 1)
                status = response.status
            if len(text) > _LONGEST_ANSWER or status >= 500 or 300 <= status < 400:
                raise Unclear
            parsed = json.loads(text)
        except urllib.error.URLError as error:
            raise (NotSent if isinstance(error.reason, ConnectionRefusedError) else Unclear) from None
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            raise Unclear from None
        if not isinstance(parsed, dict):
            raise Unclear
        return Answer(status, parsed)


def is_plurals_return(fields: list[tuple[str, str]], secret_key_hex: str) -> bool:
    """Whether these fields, decoded and none twice, bear Plural's signature."""
    named = dict(fields)
    if len(named) != len(fields) or any(re.search('[=&]', name) for name in named):
        return False
    signature = named.pop('signature', '')
    if not re.fullmatch('[0-9A-Fa-f]{64}', signature):
        return False
    if not re.fullmatch('[A-Za-z0-9_-]{1,64}', named.get('order_id', '')) or not named.get('status'):
        return False
    # Plural sorts as Java does: by UTF-16 unit.
    names = sorted(named, key=lambda name: name.encode('utf-16-be'))
    text = '&'.join(f'{name}={named[name]}' for name in names)
    expected = hmac.digest(bytes.fromhex(secret_key_hex), text.encode(), 'sha256')
    return hmac.compare_digest(expected, bytes.fromhex(signature))


def is_plurals_webhook(headers, body: bytes, secret: str, now: float) -> bool:
    """Whether a webhook bears Plural's signature and is at most 300 seconds old or ahead."""
    message_id, timestamp = headers.get('webhook-id', ''), headers.get('webhook-timestamp', '')
    if not message_id or not re.fullmatch('[0-9]{1,12}', timestamp) or abs(now - int(timestamp)) > 300:
        return False
    signed = f'{message_id}.{timestamp}.'.encode() + body
    expected = 'v1,' + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    given = headers.get('webhook-signature', '').split(' ')
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)
