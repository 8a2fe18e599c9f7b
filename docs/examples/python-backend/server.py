"""A merchant's backend for <plural-otp> in plain Python: `python3 server.py`.

Settings by environment: PORT (8000; 0 takes a free one), ORIGIN (http://127.0.0.1:PORT), DATABASE (payments.sqlite),
PLURAL_BASE_URL (http://127.0.0.1:3001), PLURAL_CLIENT_ID, PLURAL_CLIENT_SECRET, PLURAL_RETURN_SECRET_KEY (hex),
PLURAL_WEBHOOK_SECRET. CONFORMANCE=1 adds the hook of `@plural-otp/conformance`; it needs a sandbox on this machine.
"""

import json
import os
import re
import sqlite3
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from ledger import Ledger
from plural import Plural, is_plurals_return, is_plurals_webhook
from till import PaymentRefused, PaymentUnknown, Till

BASE = '/plural'
FORM, JSON = 'application/x-www-form-urlencoded', 'application/json'
_UUID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.IGNORECASE | re.ASCII)


def _text(value) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 4096


def _is_key(value) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _is_code(value) -> bool:
    return isinstance(value, str) and re.fullmatch('[0-9]{4,8}', value) is not None


def _is_target(value) -> bool:
    return value in ('bank', 'cancel')


#: The members of each body: these and no others.
BODIES = {
    'otp/generate': {'session': _text, 'idempotencyKey': _is_key},
    'otp/submit': {'session': _text, 'idempotencyKey': _is_key, 'otp': _is_code},
    'otp/resend': {'session': _text, 'idempotencyKey': _is_key},
    'payment': {'session': _text},
    'payment/leave': {'session': _text, 'idempotencyKey': _is_key, 'to': _is_target},
}
#: Methods and the longest body of each route.
ROUTES = {**{name: (('POST',), 4096) for name in BODIES}, 'return': (('POST', 'GET'), 16_384), 'webhook': (('POST',), 262_144)}


class Refusal(Exception):
    def __init__(self, status: int, code: str = 'INTERNAL', headers: dict | None = None):
        super().__init__(status)
        self.status, self.code, self.headers = status, code, headers or {}


class Backend(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, env: dict):
        super().__init__(('127.0.0.1', int(env.get('PORT', 8000))), Handler)
        self.origin = env.get('ORIGIN') or f'http://127.0.0.1:{self.server_port}'
        self.return_key = env['PLURAL_RETURN_SECRET_KEY']
        self.webhook_secret = env['PLURAL_WEBHOOK_SECRET']
        self._ahead = 0.0
        base_url = env.get('PLURAL_BASE_URL', 'http://127.0.0.1:3001')
        self.conformance = env.get('CONFORMANCE') == '1' and urlsplit(base_url).hostname == '127.0.0.1'
        self.verdicts: list[tuple[str, str]] = []
        self.ledger = Ledger(env.get('DATABASE', 'payments.sqlite'))
        plural = Plural(base_url, env['PLURAL_CLIENT_ID'], env['PLURAL_CLIENT_SECRET'], self.now)
        self.till = Till(plural, self.ledger, f'{self.origin}{BASE}/return', self.now, self.on_verdict)

    def now(self) -> float:
        return time.time() + self._ahead

    def on_verdict(self, order_id: str, payment_id: str, outcome: str) -> None:
        """Where a shop would fulfil the order, keyed by payment and outcome: it may be called twice for one."""
        self.verdicts.append((payment_id, outcome))

    def sweep_for_ever(self) -> None:
        while True:
            time.sleep(30)
            try:
                self.till.sweep()
            except sqlite3.Error:
                pass  # What is owed stays owed; the next round comes.

    def hook(self, deed: dict) -> dict:
        """What `@plural-otp/conformance` asks beside the contract."""
        if isinstance(deed.get('card'), str):
            card = {'card_number': deed['card'], 'cvv': '123', 'expiry_month': '12', 'expiry_year': '2039'}
            device = {'browser_user_agent': 'conformance', 'device_channel': 'browser'}
            name = uuid.uuid4().hex[:8]
            return self.till.start(f'order-{name}', f'pay-{name}', 110_000, {'name': 'Test Card', **card}, device)
        if isinstance(deed.get('advanceSeconds'), (int, float)):
            self._ahead += deed['advanceSeconds']
            return {'nowMs': self.now() * 1000}
        payment_id = self.ledger.by_reference(str(deed.get('verdictsOf')))
        return {'verdicts': [outcome for told, outcome in self.verdicts if told == payment_id]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 10
    #: Headers and body leave in one piece.
    wbufsize = -1
    server: Backend

    def handle_request(self) -> None:
        try:
            path, _, query = self.path.partition('?')
            if path == '/conformance' and self.server.conformance and self.command == 'POST':
                self._send(200, self.server.hook(json.loads(self._body(4096))))
            else:
                self._route(path, query)
        except Refusal as refusal:
            self._send(refusal.status, {'problem': {'code': refusal.code}}, refusal.headers)
        except (sqlite3.Error, PaymentRefused, PaymentUnknown):
            # The store comes before every effect: nothing was sent.
            self._send(503, {'problem': {'code': 'BACKEND_UNREACHABLE'}}, {'retry-after': '2'})
        except OSError:
            raise  # The customer is gone.
        except Exception as error:
            print(f'failed: {type(error).__name__}', file=sys.stderr)
            self._send(500, {'problem': {'code': 'INTERNAL'}})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = handle_request

    def _route(self, path: str, query: str) -> None:
        name = path.removeprefix(f'{BASE}/')
        if path == name or name not in ROUTES:
            self._body(4096)
            raise Refusal(404)
        methods, longest = ROUTES[name]
        if self.command not in methods:
            self._body(longest)
            raise Refusal(405, headers={'allow': ', '.join(methods)})
        if name == 'return':
            return self._returned(query)
        if name == 'webhook':
            return self._webhook(self._body(longest))
        body = self._body(longest)
        self._check_origin()
        if self._content_type() != JSON:
            raise Refusal(415)
        self._send(200, self._page_route(name, body))

    def _page_route(self, name: str, raw: bytes) -> dict:
        try:
            body = json.loads(raw.decode('utf-8'))
        except (ValueError, RecursionError):
            raise Refusal(400) from None
        members = BODIES[name]
        if not isinstance(body, dict) or set(body) != set(members) or not all(members[m](body[m]) for m in members):
            raise Refusal(400)
        opened = self.server.ledger.open_session(body['session'], self.server.now())
        if opened is None:
            raise Refusal(401, 'SESSION_EXPIRED')
        till = self.server.till
        if name == 'payment':
            return till.look(*opened)
        if name == 'payment/leave':
            return till.leave(*opened, body['to'], body['idempotencyKey'])
        return till.act(*opened, name.removeprefix('otp/'), body['idempotencyKey'], body.get('otp'))

    def _check_origin(self) -> None:
        site, origin = self.headers.get('sec-fetch-site'), self.headers.get('origin')
        if site != 'same-origin' and (site == 'none' or origin != self.server.origin):
            raise Refusal(403)

    def _returned(self, query: str) -> None:
        """Whatever came, the customer is sent on to the shop's page: they may have paid."""
        till = self.server.till
        text = query
        if self.command == 'POST':
            try:
                text = self._body(16_384).decode('utf-8') if self._content_type() == FORM else ''
            except (Refusal, ValueError):
                text = ''
        try:
            fields = parse_qsl(text, keep_blank_values=True, errors='strict', max_num_fields=50)
        except ValueError:
            fields = []
        outcome = {'problem': 'unverified'}
        if is_plurals_return(fields, self.server.return_key):
            order_id = dict(fields)['order_id']
            outcome = {'problem': 'unconfirmed'}
            try:
                till.settle_order(order_id)
                reference = till.reference_of(order_id)
                outcome = {'reference': reference} if reference else outcome
            except sqlite3.Error:
                pass
        self._send(303, None, {'location': f'{self.server.origin}/order?{urlencode(outcome)}'})

    def _webhook(self, raw: bytes) -> None:
        if not is_plurals_webhook(self.headers, raw, self.server.webhook_secret, self.server.now()):
            raise Refusal(403)
        try:
            event = json.loads(raw.decode('utf-8'))
            kind = str(event.get('event_type') or event.get('eventType')).upper()
            order_id = event['data']['order_id'] if kind.startswith(('ORDER_', 'PAYMENT_')) else None
        except (ValueError, RecursionError, AttributeError, KeyError, TypeError):
            order_id = None
        if isinstance(order_id, str) and not self.server.till.settle_order(order_id):
            raise Refusal(503, 'BACKEND_UNREACHABLE', {'retry-after': '2'})
        self._send(204, None)

    def _content_type(self) -> str:
        return (self.headers.get('content-type') or '').partition(';')[0].strip().lower()

    def _body(self, longest: int) -> bytes:
        length = self.headers.get('content-length', '0')
        if not re.fullmatch('[0-9]{1,9}', length) or 'transfer-encoding' in self.headers:
            self.close_connection = True
            raise Refusal(413)
        if int(length) > longest:
            # Read to its end if it is not huge, so that the answer can be read; the connection ends in any case.
            self.close_connection = True
            if int(length) <= 1_048_576:
                self.rfile.read(int(length))
            raise Refusal(413)
        return self.rfile.read(int(length))

    def _send(self, status: int, body: dict | None, headers: dict | None = None) -> None:
        text = b'' if body is None else json.dumps(body).encode()
        self.send_response_only(status)
        always = {'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer'}
        if body is not None:
            always['content-type'] = 'application/json; charset=utf-8'
        if status != 204:
            always['content-length'] = str(len(text))
        for name, value in {**always, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(text)

    def log_message(self, *_) -> None:
        pass  # The default would write every address, and a return's has an order id in it.


if __name__ == '__main__':
    backend = Backend(dict(os.environ))
    threading.Thread(target=backend.sweep_for_ever, daemon=True).start()
    print(f'Listening on {backend.origin}', flush=True)
    backend.serve_forever()
