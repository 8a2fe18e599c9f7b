"""The shop on the example backend in Python: the page with <plural-otp>, `POST /pay` and `GET /order`.

Copy `docs/examples/python-backend` next to this folder. Settings come from the environment, else from `.env`.
"""

import json
import os
import re
import sqlite3
import sys
import threading
from pathlib import Path
from urllib.parse import parse_qs

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'python-backend'))
from plural import PluralError, Refused  # noqa: E402
from server import Backend, Handler, HttpError  # noqa: E402

#: Replace with your database: prices never come from the browser.
PRICES_IN_PAISE = {'darjeeling-100g': 64_000}
#: The page and its files, with their media types.
PAGE = {
    '/': ('index.html', 'text/html'),
    '/shop.js': ('shop.js', 'text/javascript'),
    '/shop.css': ('shop.css', 'text/css'),
    '/plural-otp.min.js': ('plural-otp.min.js', 'text/javascript'),
    '/plural-otp.css': ('plural-otp.css', 'text/css'),
    '/device-info.js': ('device-info.js', 'text/javascript'),
}
_UUID = re.compile('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', re.ASCII)
CARD_MEMBERS = ('name', 'card_number', 'cvv', 'expiry_month', 'expiry_year')


class ShopHandler(Handler):
    def handle_request(self) -> None:
        path, _, query = self.path.partition('?')
        try:
            if self.command == 'GET' and path in PAGE:
                self._send_file(*PAGE[path])
            elif self.command == 'GET' and path == '/order':
                order = self._find_order(query)
                if 'text/html' in self.headers.get('accept', ''):
                    self._send_receipt(order['outcomes'])
                else:
                    self._send(200, order)
            elif self.command == 'POST' and path == '/pay':
                self._send(200, self._pay())
            else:
                super().handle_request()
        except HttpError as error:
            self._send(error.status, {'problem': error.code})
        except Refused:
            self._send(422, {'problem': 'REFUSED'})
        except (sqlite3.Error, PluralError):
            # The same order and attempt again is the same payment.
            self._send(503, {'problem': 'BACKEND_UNREACHABLE'})

    do_GET = do_POST = do_HEAD = handle_request

    def _pay(self) -> dict:
        """Starts the payment of a cart. The same order and attempt are the same payment."""
        self._check_origin()
        try:
            form = json.loads(self._read_body(8192))
            order, attempt, card = form['order'], form['attempt'], form['card']
            value = PRICES_IN_PAISE[form['item']]
            device = {name: text for name, text in form['device'].items() if isinstance(text, str)}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise HttpError(400, 'REQUEST_INVALID') from None
        is_card = isinstance(card, dict) and all(isinstance(card.get(name), str) for name in CARD_MEMBERS)
        if not is_card or not isinstance(order, str) or not _UUID.fullmatch(order) or attempt not in (1, 2, 3, 4, 5):
            raise HttpError(400, 'REQUEST_INVALID')
        device['browser_accept_header'] = self.headers.get('accept', '*/*')
        device['browser_user_agent'] = self.headers.get('user-agent', 'unknown')
        card = {name: card[name] for name in CARD_MEMBERS}
        return self.server.payments.start(order, f'{order}-{attempt}', value, card, device)

    def _find_order(self, query: str) -> dict:
        """Returns what the verdicts say of a payment. The bank's page sends the customer here."""
        reference = parse_qs(query).get('reference', [''])[0]
        payment_id = self.server.repository.id_by_reference(reference)
        if payment_id is None:
            raise HttpError(404, 'NOT_FOUND')
        return {'outcomes': self.server.repository.list_verdicts(payment_id)}

    def _send_receipt(self, outcomes: list) -> None:
        """Sends what an order says to a customer who comes from the bank's page. Only a verdict says that it is paid."""
        again = ''
        if {'paid', 'authorized'} & set(outcomes):
            title, text = 'Paid', 'Thank you. We have received your order.'
        elif outcomes:
            title, text = 'Not paid', 'The payment was not made. You can pay again.'
        else:
            title, text = 'Being checked', 'We do not know yet whether the payment was made. This page looks again by itself.'
            again = '<meta http-equiv="refresh" content="10">'
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8">{again}'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} – Example Tea</title>'
            '<link rel="stylesheet" href="/shop.css"><header>Example Tea</header>'
            f'<main><h1>{title}</h1><p>{text}</p><p><a href="/">Back to the shop</a></p></main></html>'
        )
        policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        self._send_content(page.encode(), 'text/html', {'cache-control': 'no-store', 'content-security-policy': policy})

    def _send_file(self, name: str, media_type: str) -> None:
        self._send_content((ROOT / 'public' / name).read_bytes(), media_type, {})

    def _send_content(self, content: bytes, media_type: str, headers: dict) -> None:
        self.send_response_only(200)
        self.send_header('content-type', f'{media_type}; charset=utf-8')
        self.send_header('content-length', str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def read_settings() -> dict:
    """Returns the environment, with the lines of `.env` that it does not set."""
    env = dict(os.environ)
    file = ROOT / '.env'
    for line in file.read_text().splitlines() if file.exists() else []:
        name, found, value = line.partition('=')
        if found and not line.startswith('#'):
            env.setdefault(name.strip(), value.strip())
    names = {'ORIGIN': 'SHOP_ORIGIN', 'PLURAL_BASE_URL': 'PLURAL_ENVIRONMENT'}
    return {'PORT': '3000', **env, **{name: env[given] for name, given in names.items() if given in env}}


if __name__ == '__main__':
    backend = Backend(read_settings())
    backend.RequestHandlerClass = ShopHandler
    threading.Thread(target=backend.sweep_forever, daemon=True).start()
    print(f'Listening on {backend.origin}', flush=True)
    backend.serve_forever()
