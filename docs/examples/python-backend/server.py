"""A merchant's backend for <plural-otp> in plain Python: `python3 server.py`.

Environment: HOST (127.0.0.1), PORT (8000; 0: any free), ORIGIN (http://127.0.0.1:PORT), DATABASE (payments.sqlite),
PLURAL_BASE_URL (http://127.0.0.1:3001), PLURAL_CLIENT_ID, PLURAL_CLIENT_SECRET, PLURAL_RETURN_SECRET_KEY (hex),
PLURAL_WEBHOOK_SECRET. CONFORMANCE=1 adds the hook of `@plural-otp/conformance`, with a sandbox on this machine only.
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

from payments import Payments
from plural import Plural, PluralError, is_valid_return, is_valid_webhook
from repository import PaymentRepository

BASE_PATH = '/plural'
FORM, JSON = 'application/x-www-form-urlencoded', 'application/json'
_UUID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.IGNORECASE | re.ASCII)


def _is_session(value) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 4096


def _is_key(value) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _is_otp(value) -> bool:
    return isinstance(value, str) and re.fullmatch('[0-9]{4,8}', value) is not None


def _is_destination(value) -> bool:
    return value in ('bank', 'cancel', 'away')


def _is_entry(value) -> bool:
    """A note on how the OTP was entered, for statistics. This backend keeps none, so it checks no more than the type."""
    return isinstance(value, dict)


#: Members of each request body, with their validators. Unknown members are rejected; `entry` alone is optional.
BODIES = {
    'otp/generate': {'session': _is_session, 'idempotencyKey': _is_key},
    'otp/submit': {'session': _is_session, 'idempotencyKey': _is_key, 'otp': _is_otp, 'entry': _is_entry},
    'otp/resend': {'session': _is_session, 'idempotencyKey': _is_key},
    'payment': {'session': _is_session},
    'payment/leave': {
        'session': _is_session,
        'idempotencyKey': _is_key,
        'to': _is_destination,
        'entry': _is_entry,
    },
}
#: Allowed methods and maximum body size of each route, in bytes.
ROUTES = {
    **{name: (('POST',), 4096) for name in BODIES},
    'return': (('POST', 'GET'), 16_384),
    'webhook': (('POST',), 262_144),
}


class HttpError(Exception):
    def __init__(self, status: int, code: str = 'INTERNAL', headers: dict | None = None):
        super().__init__(status)
        self.status, self.code, self.headers = status, code, headers or {}


class Backend(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, env: dict):
        super().__init__((env.get('HOST') or '127.0.0.1', int(env.get('PORT', 8000))), Handler)
        self.origin = env.get('ORIGIN') or f'http://127.0.0.1:{self.server_port}'
        self.return_key = env['PLURAL_RETURN_SECRET_KEY']
        self.webhook_secret = env['PLURAL_WEBHOOK_SECRET']
        # All are set by the hook; the clock is kept when it restarts the process.
        self._rejections, self._ends_at_rejection = 0, False
        self._clock_offset = float(env.get('CLOCK_OFFSET') or 0)
        base_url = env.get('PLURAL_BASE_URL', 'http://127.0.0.1:3001')
        self.conformance = env.get('CONFORMANCE') == '1' and urlsplit(base_url).hostname == '127.0.0.1'
        self.repository = PaymentRepository(env.get('DATABASE', 'payments.sqlite'))
        plural = Plural(base_url, env['PLURAL_CLIENT_ID'], env['PLURAL_CLIENT_SECRET'], self.now)
        return_url = f'{self.origin}{BASE_PATH}/return'
        self.payments = Payments(plural, self.repository, return_url, self.now, self.on_verdict)

    def now(self) -> float:
        return time.time() + self._clock_offset

    def on_verdict(self, order_id: str, payment_id: str, outcome: str) -> None:
        """Fulfil the order here, idempotently by payment and outcome: a verdict can be delivered twice."""
        if self._rejections > 0:
            self._rejections -= 1
            if self._ends_at_rejection:
                self._restart()
            raise RuntimeError('rejected for a test')
        self.repository.add_verdict(payment_id, outcome)

    def sweep_forever(self) -> None:
        while True:
            time.sleep(30)
            try:
                self.payments.sweep()
            except Exception as error:  # Pending verdicts stay pending until the next sweep.
                print(f'the sweep failed: {type(error).__name__}', file=sys.stderr)

    def _restart(self) -> None:
        """Ends every thread where it is, as a crash would. Python closes its sockets on exec."""
        env = {**os.environ, 'PORT': str(self.server_port), 'CLOCK_OFFSET': str(self._clock_offset)}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], env)

    def run_hook(self, request: dict) -> dict:
        """Handles a request of the conformance hook (docs/contract.md)."""
        if request.get('restart') is True:
            self._restart()
        if isinstance(request.get('rejectVerdicts'), int):
            self._rejections, self._ends_at_rejection = request['rejectVerdicts'], request.get('crash') is True
            return {}
        if request.get('sweep') is True:
            self.payments.sweep()
            return {}
        if isinstance(request.get('card'), str):
            card = {'name': 'Test Card', 'card_number': request['card'], 'cvv': '123'}
            card |= {'expiry_month': '12', 'expiry_year': '2039'}
            device = {'browser_user_agent': 'conformance', 'device_channel': 'browser'}
            order = request.get('order') or f'order-{uuid.uuid4().hex[:8]}'
            value = request.get('value') or 110_000
            return self.payments.start(order, f'{order}-{request.get("attempt") or 1}', value, card, device)
        if isinstance(request.get('advanceSeconds'), (int, float)):
            self._clock_offset += request['advanceSeconds']
            return {'nowMs': self.now() * 1000}
        if isinstance(request.get('openReference'), str):
            return self.payments.open_reference(request['openReference']) or {}
        payment_id = self.repository.id_by_reference(str(request.get('verdictsOf')))
        return {'verdicts': self.repository.list_verdicts(payment_id)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 10
    #: Buffers the response, so that headers and body are sent in one packet.
    wbufsize = -1
    server: Backend

    def handle_request(self) -> None:
        try:
            path, _, query = self.path.partition('?')
            if path == '/conformance' and self.server.conformance and self.command == 'POST':
                self._send(200, self.server.run_hook(json.loads(self._read_body(4096))))
            else:
                self._route(path, query)
        except HttpError as error:
            self._send(error.status, {'problem': {'code': error.code}}, error.headers)
        except (sqlite3.Error, PluralError):
            # The database is written before every call, so no OTP call was made.
            self._send(503, {'problem': {'code': 'BACKEND_UNREACHABLE'}}, {'retry-after': '2'})
        except OSError:
            raise  # The client closed the connection.
        except Exception as error:
            print(f'internal error: {type(error).__name__}', file=sys.stderr)
            self._send(500, {'problem': {'code': 'INTERNAL'}})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = handle_request

    def _route(self, path: str, query: str) -> None:
        name = path.removeprefix(f'{BASE_PATH}/')
        if path == name or name not in ROUTES:
            self._read_body(4096)
            raise HttpError(404)
        methods, max_bytes = ROUTES[name]
        if self.command not in methods:
            self._read_body(max_bytes)
            raise HttpError(405, headers={'allow': ', '.join(methods)})
        if name == 'return':
            return self._handle_return(query)
        if name == 'webhook':
            return self._handle_webhook(self._read_body(max_bytes))
        body = self._read_body(max_bytes)
        self._check_origin()
        if self._content_type() != JSON:
            raise HttpError(415)
        self._send(200, self._handle_browser_route(name, body))

    def _handle_browser_route(self, name: str, raw: bytes) -> dict:
        try:
            body = json.loads(raw.decode('utf-8'))
        except (ValueError, RecursionError):
            raise HttpError(400) from None
        members = BODIES[name]
        if not isinstance(body, dict) or set(body) | {'entry'} != set(members) | {'entry'}:
            raise HttpError(400)
        if not all(m in members and members[m](value) for m, value in body.items()):
            raise HttpError(400)
        opened = self.server.repository.open_session(body['session'], self.server.now())
        if opened is None:
            raise HttpError(401, 'SESSION_EXPIRED')
        payments = self.server.payments
        if name == 'payment':
            return payments.get_view(*opened)
        if name == 'payment/leave':
            return payments.leave(*opened, body['to'], body['idempotencyKey'])
        return payments.perform_action(*opened, name.removeprefix('otp/'), body['idempotencyKey'], body.get('otp'))

    def _check_origin(self) -> None:
        """Rejects cross-site requests (CSRF)."""
        site, origin = self.headers.get('sec-fetch-site'), self.headers.get('origin')
        if site != 'same-origin' and (site == 'none' or origin != self.server.origin):
            raise HttpError(403)

    def _handle_return(self, query: str) -> None:
        """Redirects every return to the shop's page, also an invalid one, because the customer may have paid."""
        payments = self.server.payments
        form = query
        if self.command == 'POST':
            try:
                form = self._read_body(16_384).decode('utf-8') if self._content_type() == FORM else ''
            except (HttpError, ValueError):
                form = ''
        try:
            fields = parse_qsl(form, keep_blank_values=True, errors='strict', max_num_fields=50)
        except ValueError:
            fields = []
        outcome = {'problem': 'unverified'}
        if is_valid_return(fields, self.server.return_key):
            order_id = dict(fields)['order_id']
            outcome = {'problem': 'unconfirmed'}
            try:
                payments.reconcile_order(order_id)
                reference = payments.get_reference(order_id)
                outcome = {'reference': reference} if reference else outcome
            except (sqlite3.Error, PluralError):
                pass
        self._send(303, None, {'location': f'{self.server.origin}/order?{urlencode(outcome)}'})

    def _handle_webhook(self, raw: bytes) -> None:
        if not is_valid_webhook(self.headers, raw, self.server.webhook_secret, self.server.now()):
            raise HttpError(403)
        try:
            event = json.loads(raw.decode('utf-8'))
            event_type = str(event.get('event_type') or event.get('eventType')).upper()
            order_id = event['data']['order_id'] if event_type.startswith(('ORDER_', 'PAYMENT_')) else None
        except (ValueError, RecursionError, AttributeError, KeyError, TypeError):
            order_id = None
        if isinstance(order_id, str) and not self.server.payments.reconcile_order(order_id):
            raise HttpError(503, 'BACKEND_UNREACHABLE', {'retry-after': '2'})
        self._send(204, None)

    def _content_type(self) -> str:
        return (self.headers.get('content-type') or '').partition(';')[0].strip().lower()

    def _read_body(self, max_bytes: int) -> bytes:
        length = self.headers.get('content-length', '0')
        if not re.fullmatch('[0-9]{1,9}', length) or 'transfer-encoding' in self.headers:
            self.close_connection = True
            raise HttpError(413)
        if int(length) > max_bytes:
            # A body of up to 1 MiB is read, because many clients read no response before they sent their body.
            self.close_connection = True
            if int(length) <= 1_048_576:
                self.rfile.read(int(length))
            raise HttpError(413)
        return self.rfile.read(int(length))

    def _send(self, status: int, body: dict | None, headers: dict | None = None) -> None:
        content = b'' if body is None else json.dumps(body).encode()
        self.send_response_only(status)
        all_headers = {
            'cache-control': 'no-store',
            'x-content-type-options': 'nosniff',
            'referrer-policy': 'no-referrer',
        }
        if body is not None:
            all_headers['content-type'] = 'application/json; charset=utf-8'
        if self.close_connection:
            all_headers['connection'] = 'close'
        if status != 204:
            all_headers['content-length'] = str(len(content))
        for name, value in {**all_headers, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(content)

    def log_message(self, *_) -> None:
        pass  # The default logs every URL, and a return by GET has an order id in its URL.


if __name__ == '__main__':
    backend = Backend(dict(os.environ))
    threading.Thread(target=backend.sweep_forever, daemon=True).start()
    print(f'Listening on {backend.origin}', flush=True)
    backend.serve_forever()
