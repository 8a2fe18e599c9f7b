"""Payments and sessions in SQLite.

An update reads, edits and writes a record within one transaction, so that concurrent requests run one after the other.
"""

import hashlib
import json
import secrets
import sqlite3
from contextlib import closing
from dataclasses import asdict
from typing import Callable, TypeVar

from rules import Payment

#: Lifetime of a session: for actions, for actions including renewals, and for reading.
ACTION_SECONDS, MAX_ACTION_SECONDS, READ_SECONDS = 15 * 60, 60 * 60, 24 * 3600
Result = TypeVar('Result')

_SCHEMA = """
create table if not exists payments (
  payment_id text primary key, order_id text not null, reference text not null unique,
  revision integer not null, record text not null, due_at real, delivered text, lease_until real not null default 0,
  payment_reference text not null unique);
create table if not exists starts (
  payment_reference text primary key, order_id text not null, facts text not null, started_at real not null,
  tries integer not null default 1);
create index if not exists payments_due on payments (due_at) where due_at is not null;
create table if not exists verdicts (payment_id text not null, outcome text not null);
create table if not exists sessions (
  digest text primary key, payment_id text not null, actions_until real not null, renewable_until real not null,
  readable_until real not null);
"""


def _digest(session: str) -> str:
    # Only the digest is stored, so that a leaked database opens no session.
    return hashlib.sha256(session.encode('utf-8', 'surrogatepass')).hexdigest()


def _select(db: sqlite3.Connection, payment_id: str) -> tuple[Payment, int]:
    row = db.execute('select record, revision from payments where payment_id = ?', (payment_id,)).fetchone()
    if row is None:
        # The record of a known payment is lost, and its attempt counters with it: no call may be made.
        raise sqlite3.DatabaseError('record lost')
    return Payment(**json.loads(row[0])), row[1]


class PaymentRepository:
    def __init__(self, path: str):
        self._path = path
        with closing(self._connect()) as db:
            db.execute('pragma journal_mode = wal')
            db.executescript(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10, isolation_level=None)

    def insert(self, payment: Payment, payment_reference: str, due_at: float) -> None:
        """Adds a payment and ends its start. No-op for a payment that another request added."""
        with closing(self._connect()) as db:
            record = json.dumps(asdict(payment))
            row = (payment.payment_id, payment.order_id, payment.reference, 1, record, due_at, payment_reference)
            db.execute('begin immediate')
            db.execute('insert or ignore into payments values (?, ?, ?, ?, ?, ?, null, 0, ?)', row)
            db.execute('delete from starts where payment_reference = ?', (payment_reference,))
            db.execute('commit')

    def reserve_start(self, payment_reference: str, order_id: str, facts: dict, now: float) -> bool:
        """Reserves a start before its call. False while another request has it; one that is a minute old is taken over."""
        with closing(self._connect()) as db:
            row = (payment_reference, order_id, json.dumps(facts), now)
            reserved = db.execute(
                'insert into starts select ?, ?, ?, ?, 1 where not exists'
                ' (select 1 from starts where order_id = ?2 and payment_reference <> ?1 and started_at > ?4 - 60)'
                ' and not exists (select 1 from payments where payment_reference = ?1)'
                ' on conflict (payment_reference) do update'
                ' set started_at = excluded.started_at, facts = excluded.facts, tries = tries + 1'
                ' where started_at <= excluded.started_at - 60',
                row,
            )
            return reserved.rowcount == 1

    def get_start(self, payment_reference: str) -> dict | None:
        """Returns the facts about a payment that is being created."""
        with closing(self._connect()) as db:
            row = db.execute('select facts from starts where payment_reference = ?', (payment_reference,)).fetchone()
        return row and json.loads(row[0])

    def finish_start(self, payment_reference: str, created_nothing: bool = False) -> None:
        """Ends a start. One that created nothing stays if it was begun before: that call may have created a payment."""
        only = ' and tries = 1' if created_nothing else ''
        with closing(self._connect()) as db:
            db.execute(f'delete from starts where payment_reference = ?{only}', (payment_reference,))

    def starts_by_order(self, order_id: str) -> list[str]:
        with closing(self._connect()) as db:
            rows = db.execute('select payment_reference from starts where order_id = ?', (order_id,))
            return [row[0] for row in rows]

    def list_starts(self, before: float) -> list[tuple[str, str, float]]:
        """Lists the starts that began before a time: their process may have died."""
        with closing(self._connect()) as db:
            query = 'select payment_reference, order_id, started_at from starts where started_at <= ?'
            return db.execute(query, (before,)).fetchall()

    def id_by_payment_reference(self, payment_reference: str) -> str | None:
        with closing(self._connect()) as db:
            query = 'select payment_id from payments where payment_reference = ?'
            row = db.execute(query, (payment_reference,)).fetchone()
        return row and row[0]

    def get(self, payment_id: str) -> tuple[Payment, int]:
        """Returns a payment and its revision."""
        with closing(self._connect()) as db:
            return _select(db, payment_id)

    def update(
        self, payment_id: str, edit: Callable[[Payment], tuple[bool, Result]], due_at: float | None = None
    ) -> tuple[Payment, int, Result]:
        """Updates a payment in a transaction. `edit` mutates it and returns (save, result)."""
        with closing(self._connect()) as db:
            db.execute('begin immediate')
            try:
                payment, revision = _select(db, payment_id)
                save, result = edit(payment)
                if save:
                    revision += 1
                    db.execute(
                        'update payments set record = ?, revision = ?, due_at = coalesce(?, due_at)'
                        ' where payment_id = ?',
                        (json.dumps(asdict(payment)), revision, due_at, payment_id),
                    )
                db.execute('commit')
            except BaseException:
                db.execute('rollback')
                raise
        return payment, revision, result

    def ids_by_order(self, order_id: str) -> list[str]:
        with closing(self._connect()) as db:
            rows = db.execute('select payment_id from payments where order_id = ? order by rowid', (order_id,))
            return [row[0] for row in rows]

    def id_by_reference(self, reference: str) -> str | None:
        with closing(self._connect()) as db:
            row = db.execute('select payment_id from payments where reference = ?', (reference,)).fetchone()
        return row and row[0]

    def list_due(self, now: float) -> list[str]:
        with closing(self._connect()) as db:
            rows = db.execute('select payment_id from payments where due_at <= ? order by due_at limit 50', (now,))
            return [row[0] for row in rows]

    def schedule_check(self, payment_id: str, at: float, ends: bool) -> None:
        """Sets the time of the next check by the sweep. With `ends` there is none, unless a verdict is undelivered."""
        with closing(self._connect()) as db:
            is_last = "? and delivered is json_extract(record, '$.verdict.outcome')"
            query = f'update payments set due_at = case when {is_last} then null else ? end where payment_id = ?'
            db.execute(query, (ends, at, payment_id))

    def claim_delivery(self, payment_id: str, outcome: str, now: float) -> bool:
        """Claims the delivery of a verdict for 60 seconds. False when it is delivered or claimed by another thread."""
        with closing(self._connect()) as db:
            claimed = db.execute(
                'update payments set lease_until = ? where payment_id = ? and lease_until <= ? and delivered is not ?',
                (now + 60, payment_id, now, outcome),
            )
            return claimed.rowcount == 1

    def finish_delivery(self, payment_id: str, outcome: str | None) -> None:
        """Releases the claim. None: the delivery failed and stays pending."""
        with closing(self._connect()) as db:
            query = 'update payments set lease_until = 0, delivered = coalesce(?, delivered) where payment_id = ?'
            db.execute(query, (outcome, payment_id))

    def add_verdict(self, payment_id: str, outcome: str) -> None:
        with closing(self._connect()) as db:
            db.execute('insert into verdicts values (?, ?)', (payment_id, outcome))

    def list_verdicts(self, payment_id: str | None) -> list[str]:
        with closing(self._connect()) as db:
            rows = db.execute('select outcome from verdicts where payment_id = ? order by rowid', (payment_id,))
            return [row[0] for row in rows]

    def create_session(self, payment_id: str, now: float, read_only: bool = False) -> str:
        session = secrets.token_urlsafe(32)
        until = (0, 0) if read_only else (now + ACTION_SECONDS, now + MAX_ACTION_SECONDS)
        row = (_digest(session), payment_id, *until, now + READ_SECONDS)
        with closing(self._connect()) as db:
            db.execute('insert into sessions values (?, ?, ?, ?, ?)', row)
        return session

    def open_session(self, session: str, now: float) -> tuple[str, str | None] | None:
        """Returns (payment id, why it may not act), or None for an invalid session. Renews it after half its lifetime."""
        digest = _digest(session)
        with closing(self._connect()) as db:
            query = 'select payment_id, actions_until, renewable_until, readable_until from sessions where digest = ?'
            row = db.execute(query, (digest,)).fetchone()
            if row is None or now > row[3]:
                return None
            payment_id, actions_until, renewable_until, _ = row
            if actions_until - ACTION_SECONDS / 2 < now <= actions_until:
                renewed = min(now + ACTION_SECONDS, renewable_until)
                db.execute('update sessions set actions_until = ? where digest = ?', (renewed, digest))
        denial = 'SESSION_EXPIRED' if renewable_until else 'SESSION_READ_ONLY'
        return payment_id, None if now <= actions_until else denial
