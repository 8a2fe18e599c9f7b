"""Payments and sessions in SQLite. One writer at a time: a change reads, edits and writes within one transaction."""

import hashlib
import json
import secrets
import sqlite3
from contextlib import closing
from dataclasses import asdict
from typing import Callable, TypeVar

from rules import Payment

ACT_SECONDS, MOST_SECONDS, READ_SECONDS = 15 * 60, 60 * 60, 24 * 3600
Result = TypeVar('Result')

_SCHEMA = """
create table if not exists payments (
  payment_id text primary key, order_id text not null, reference text not null unique,
  revision integer not null, record text not null, due_at real, delivered text, lease_until real not null default 0);
create index if not exists payments_due on payments (due_at) where due_at is not null;
create table if not exists sessions (
  digest text primary key, payment_id text not null, act_until real not null, most_until real not null,
  read_until real not null);
"""


def _digest(session: str) -> str:
    # Who reads the database can open no session.
    return hashlib.sha256(session.encode('utf-8', 'surrogatepass')).hexdigest()


def _found(db: sqlite3.Connection, payment_id: str) -> tuple[Payment, int]:
    row = db.execute('select record, revision from payments where payment_id = ?', (payment_id,)).fetchone()
    if row is None:
        # A payment that was known has lost its record, and with it the count of tries: nothing may be sent.
        raise sqlite3.DatabaseError('record lost')
    return Payment(**json.loads(row[0])), row[1]


class Ledger:
    def __init__(self, path: str):
        self._path = path
        with closing(self._open()) as db:
            db.execute('pragma journal_mode = wal')
            db.executescript(_SCHEMA)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10, isolation_level=None)

    def insert(self, p: Payment, due_at: float) -> None:
        with closing(self._open()) as db:
            row = (p.payment_id, p.order_id, p.reference, 1, json.dumps(asdict(p)), due_at)
            db.execute('insert into payments values (?, ?, ?, ?, ?, ?, null, 0)', row)

    def read(self, payment_id: str) -> tuple[Payment, int]:
        with closing(self._open()) as db:
            return _found(db, payment_id)

    def change(
        self, payment_id: str, edit: Callable[[Payment], tuple[bool, Result]], due_at: float | None = None
    ) -> tuple[Payment, int, Result]:
        """`edit` changes the payment and says whether to save it; it may be run with no other change in between."""
        with closing(self._open()) as db:
            db.execute('begin immediate')
            try:
                payment, revision = _found(db, payment_id)
                save, result = edit(payment)
                if save:
                    revision += 1
                    db.execute(
                        'update payments set record = ?, revision = ?, due_at = coalesce(?, due_at) where payment_id = ?',
                        (json.dumps(asdict(payment)), revision, due_at, payment_id),
                    )
                db.execute('commit')
            except BaseException:
                db.execute('rollback')
                raise
        return payment, revision, result

    def of_order(self, order_id: str) -> list[str]:
        with closing(self._open()) as db:
            rows = db.execute('select payment_id from payments where order_id = ? order by rowid', (order_id,))
            return [row[0] for row in rows]

    def by_reference(self, reference: str) -> str | None:
        with closing(self._open()) as db:
            row = db.execute('select payment_id from payments where reference = ?', (reference,)).fetchone()
        return row and row[0]

    def due(self, now: float) -> list[str]:
        with closing(self._open()) as db:
            rows = db.execute('select payment_id from payments where due_at <= ? order by due_at limit 50', (now,))
            return [row[0] for row in rows]

    def look_again(self, payment_id: str, at: float | None) -> None:
        """None: nothing is owed any more."""
        with closing(self._open()) as db:
            db.execute('update payments set due_at = ? where payment_id = ?', (at, payment_id))

    def claim_delivery(self, payment_id: str, outcome: str, now: float) -> bool:
        """Whether this verdict is still owed and no one else is delivering it; for 60 seconds it is ours."""
        with closing(self._open()) as db:
            claimed = db.execute(
                'update payments set lease_until = ? where payment_id = ? and lease_until <= ? and delivered is not ?',
                (now + 60, payment_id, now, outcome),
            )
            return claimed.rowcount == 1

    def end_delivery(self, payment_id: str, outcome: str | None) -> None:
        """None: it failed, and is owed still."""
        with closing(self._open()) as db:
            query = 'update payments set lease_until = 0, delivered = coalesce(?, delivered) where payment_id = ?'
            db.execute(query, (outcome, payment_id))

    def new_session(self, payment_id: str, now: float) -> str:
        session = secrets.token_urlsafe(32)
        row = (_digest(session), payment_id, now + ACT_SECONDS, now + MOST_SECONDS, now + READ_SECONDS)
        with closing(self._open()) as db:
            db.execute('insert into sessions values (?, ?, ?, ?, ?)', row)
        return session

    def open_session(self, session: str, now: float) -> tuple[str, bool] | None:
        """The payment of a session, and whether it may still act; renewed once half of its time is over."""
        digest = _digest(session)
        with closing(self._open()) as db:
            query = 'select payment_id, act_until, most_until, read_until from sessions where digest = ?'
            row = db.execute(query, (digest,)).fetchone()
            if row is None or now > row[3]:
                return None
            payment_id, act_until, most_until, _ = row
            if act_until - ACT_SECONDS / 2 < now <= act_until:
                renewed = min(now + ACT_SECONDS, most_until)
                db.execute('update sessions set act_until = ? where digest = ?', (renewed, digest))
        return payment_id, now <= act_until
