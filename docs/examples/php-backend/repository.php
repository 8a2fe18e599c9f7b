<?php
// Payments, starts and sessions in SQLite. Needs the pdo_sqlite extension.
//
// An update reads, edits and writes a record within one transaction, so that concurrent ones run one after the other.

declare(strict_types=1);

/** Lifetime of a session: for actions, for actions including renewals, and for reading. */
const ACTION_SECONDS = 15 * 60;
const MAX_ACTION_SECONDS = 60 * 60;
const READ_SECONDS = 24 * 3600;

/** Crockford's Base32, which has no letters that are easily confused. */
const REFERENCE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const SCHEMA = <<<'SQL'
    create table if not exists payments (
      payment_id text primary key, order_id text not null, reference text not null unique,
      revision integer not null, record text not null, due_at real, delivered text,
      lease_until real not null default 0, payment_reference text not null unique);
    create table if not exists starts (
      payment_reference text primary key, order_id text not null, facts text not null, started_at real not null,
      tries integer not null default 1);
    create index if not exists payments_due on payments (due_at) where due_at is not null;
    create table if not exists sessions (
      digest text primary key, payment_id text not null, actions_until real not null,
      renewable_until real not null, readable_until real not null);
    create table if not exists verdicts (payment_id text not null, outcome text not null);
    create table if not exists test_clock (offset real not null);
    create table if not exists test_rejections (kind text not null);
    SQL;

final class PaymentRepository
{
    private readonly PDO $db;

    public function __construct(string $path)
    {
        $options = [PDO::ATTR_TIMEOUT => 10, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM];
        $this->db = new PDO("sqlite:$path", null, null, $options);
    }

    public function create_tables(): void
    {
        $this->db->exec('pragma journal_mode = wal');
        $this->db->exec(SCHEMA);
    }

    private function run(string $sql, array $values = []): PDOStatement
    {
        $statement = $this->db->prepare($sql);
        $statement->execute($values);
        return $statement;
    }

    /** Returns the first column of each row. */
    private function list(string $sql, array $values = []): array
    {
        return $this->run($sql, $values)->fetchAll(PDO::FETCH_COLUMN);
    }

    private function transact(Closure $work): mixed
    {
        $this->db->exec('begin immediate');
        try {
            $result = $work();
            $this->db->exec('commit');
            return $result;
        } catch (Throwable $error) {
            $this->db->exec('rollback');
            throw $error;
        }
    }

    /** Adds a payment and ends its start. No-op for a payment that another request added. */
    public function insert(array $p, string $payment_reference, float $due_at): void
    {
        $row = [$p['payment_id'], $p['order_id'], $p['reference'], 1, json_encode($p), $due_at, $payment_reference];
        $this->transact(function () use ($row, $payment_reference) {
            $this->run('insert or ignore into payments values (?, ?, ?, ?, ?, ?, null, 0, ?)', $row);
            $this->run('delete from starts where payment_reference = ?', [$payment_reference]);
        });
    }

    /** Reserves a start before its call. False while another request has it; one that is a minute old is taken over. */
    public function reserve_start(string $payment_reference, string $order_id, array $facts, float $now): bool
    {
        $start = ['ref' => $payment_reference, 'order' => $order_id, 'facts' => json_encode($facts), 'now' => $now];
        $sql = 'insert into starts select :ref, :order, :facts, :now, 1 where not exists
            (select 1 from starts where order_id = :order and payment_reference <> :ref and started_at > :old)
            and not exists (select 1 from payments where payment_reference = :ref)
            on conflict (payment_reference) do update set started_at = :now, facts = :facts, tries = tries + 1
            where started_at <= :old';
        return $this->run($sql, $start + ['old' => $now - 60])->rowCount() === 1;
    }

    /** Returns the facts about a payment that is being created. */
    public function get_start(string $payment_reference): ?array
    {
        $facts = $this->list('select facts from starts where payment_reference = ?', [$payment_reference]);
        return $facts === [] ? null : json_decode($facts[0], true);
    }

    /** Ends a start. One that created nothing stays if it was begun before: that call may have created a payment. */
    public function finish_start(string $payment_reference, bool $created_nothing = false): void
    {
        $only = $created_nothing ? ' and tries = 1' : '';
        $this->run("delete from starts where payment_reference = ?$only", [$payment_reference]);
    }

    public function starts_by_order(string $order_id): array
    {
        return $this->list('select payment_reference from starts where order_id = ?', [$order_id]);
    }

    /** Lists the starts that began before a time, as [reference, order id, time]: their process may have died. */
    public function list_starts(float $before): array
    {
        $sql = 'select payment_reference, order_id, started_at from starts where started_at <= ?';
        return $this->run($sql, [$before])->fetchAll();
    }

    public function id_by_payment_reference(string $payment_reference): ?string
    {
        return $this->list('select payment_id from payments where payment_reference = ?', [$payment_reference])[0] ?? null;
    }

    public function id_by_reference(string $reference): ?string
    {
        return $this->list('select payment_id from payments where reference = ?', [$reference])[0] ?? null;
    }

    public function ids_by_order(string $order_id): array
    {
        return $this->list('select payment_id from payments where order_id = ? order by rowid', [$order_id]);
    }

    public function list_due(float $now): array
    {
        return $this->list('select payment_id from payments where due_at <= ? order by due_at limit 50', [$now]);
    }

    /** Returns [payment, revision]. */
    public function get(string $payment_id): array
    {
        $row = $this->run('select record, revision from payments where payment_id = ?', [$payment_id])->fetch();
        if ($row === false) {
            // The record of a known payment is lost, and its attempt counters with it: no call may be made.
            throw new PDOException('record lost');
        }
        return [json_decode($row[0], true), $row[1]];
    }

    /** Updates a payment in a transaction. `$edit` changes it and returns [save, result]. Returns [payment, revision, result]. */
    public function update(string $payment_id, Closure $edit, ?float $due_at = null): array
    {
        return $this->transact(function () use ($payment_id, $edit, $due_at) {
            [$p, $revision] = $this->get($payment_id);
            [$save, $result] = $edit($p);
            if ($save) {
                $revision += 1;
                $sql = 'update payments set record = ?, revision = ?, due_at = coalesce(?, due_at) where payment_id = ?';
                $this->run($sql, [json_encode($p), $revision, $due_at, $payment_id]);
            }
            return [$p, $revision, $result];
        });
    }

    /** Sets the time of the next check by the sweep. With `$ends` there is none, unless a verdict is undelivered. */
    public function schedule_check(string $payment_id, float $at, bool $ends): void
    {
        $is_last = "? and delivered is json_extract(record, '$.verdict.outcome')";
        $sql = "update payments set due_at = case when $is_last then null else ? end where payment_id = ?";
        $this->run($sql, [(int) $ends, $at, $payment_id]);
    }

    /** Claims the delivery of a verdict for 60 seconds. False when it is delivered or claimed by another request. */
    public function claim_delivery(string $payment_id, string $outcome, float $now): bool
    {
        $sql = 'update payments set lease_until = ? where payment_id = ? and lease_until <= ? and delivered is not ?';
        return $this->run($sql, [$now + 60, $payment_id, $now, $outcome])->rowCount() === 1;
    }

    /** Releases the claim. Null: the delivery failed and stays pending. */
    public function finish_delivery(string $payment_id, ?string $outcome): void
    {
        $sql = 'update payments set lease_until = 0, delivered = coalesce(?, delivered) where payment_id = ?';
        $this->run($sql, [$outcome, $payment_id]);
    }

    public function add_verdict(string $payment_id, string $outcome): void
    {
        $this->run('insert into verdicts values (?, ?)', [$payment_id, $outcome]);
    }

    public function list_verdicts(?string $payment_id): array
    {
        return $this->list('select outcome from verdicts where payment_id = ? order by rowid', [$payment_id]);
    }

    public function create_session(string $payment_id, float $now, bool $read_only = false): string
    {
        $session = rtrim(strtr(base64_encode(random_bytes(32)), '+/', '-_'), '=');
        $until = $read_only ? [0, 0] : [$now + ACTION_SECONDS, $now + MAX_ACTION_SECONDS];
        $row = [session_digest($session), $payment_id, ...$until, $now + READ_SECONDS];
        $this->run('insert into sessions values (?, ?, ?, ?, ?)', $row);
        return $session;
    }

    /** Returns [payment id, why it may not act], or null for an invalid session. Renews it after half its lifetime. */
    public function open_session(string $session, float $now): ?array
    {
        $sql = 'select payment_id, actions_until, renewable_until, readable_until from sessions where digest = ?';
        $row = $this->run($sql, [session_digest($session)])->fetch();
        if ($row === false || $now > $row[3]) {
            return null;
        }
        [$payment_id, $actions_until, $renewable_until] = $row;
        if ($actions_until - ACTION_SECONDS / 2 < $now && $now <= $actions_until) {
            $renewed = min($now + ACTION_SECONDS, $renewable_until);
            $this->run('update sessions set actions_until = ? where digest = ?', [$renewed, session_digest($session)]);
        }
        $denial = $renewable_until > 0 ? 'SESSION_EXPIRED' : 'SESSION_READ_ONLY';
        return [$payment_id, $now <= $actions_until ? null : $denial];
    }

    /** Returns the seconds that the conformance hook advanced the clock. */
    public function test_clock(): float
    {
        return (float) $this->list('select coalesce(sum(offset), 0) from test_clock')[0];
    }

    /** Lets the shop fail to take the next verdicts, for the conformance hook. */
    public function reject_verdicts(int $count, string $kind): void
    {
        $this->run('delete from test_rejections');
        for ($number = 0; $number < $count; $number += 1) {
            $this->run('insert into test_rejections values (?)', [$kind]);
        }
    }

    public function take_rejection(): string|false
    {
        $first = 'rowid = (select min(rowid) from test_rejections)';
        return $this->run("delete from test_rejections where $first returning kind")->fetchColumn();
    }

    public function advance_test_clock(float $seconds): void
    {
        $this->run('insert into test_clock values (?)', [$seconds]);
    }
}

/** Only the digest is stored, so that a leaked database opens no session. */
function session_digest(string $session): string
{
    return hash('sha256', $session);
}

/** Returns the record of a new payment, from the order that contains it and the facts that its start saved. */
function new_payment(array $order, array $payment, array $facts, float $now): array
{
    $fee = $payment['convenience_fee_breakdown']['applicable_fee_amount']['value'] ?? null;
    $fee = is_int($fee) ? $fee : 0;
    $digits = array_map(fn() => REFERENCE_ALPHABET[random_int(0, 31)], range(1, 12));
    return [
        'payment_id' => $payment['id'],
        'order_id' => $order['order_id'],
        'reference' => implode('-', str_split(implode('', $digits), 4)),
        'value' => $facts['value'],
        'currency' => 'INR',
        'started_at' => $now,
        'native_otp' => $facts['native_otp'],
        'challenge_url' => $facts['challenge_url'],
        'display' => array_filter([
            'network' => $facts['network'],
            'issuer' => $facts['issuer'],
            'lastDigits' => $facts['last_digits'],
            'amount' => ['value' => $facts['value'] + $fee, 'currency' => 'INR'],
            'fee' => $fee ? ['value' => $fee, 'currency' => 'INR'] : null,
        ]),
        'stage' => 'ready',
        'idempotency_keys' => [],
        // { action, idempotency_key, started_at }: saved before the call is made, cleared by its response.
        'in_flight' => null,
        // { submitted_at, accepted }: an OTP was submitted, and the order has to decide its outcome.
        'unconfirmed_submit' => null,
        'generates' => 0, 'submits' => 0, 'resends' => 0, 'misses' => 0,
        'resend_at' => 0,
        'resend_offered' => true,
        'problem' => null,
        'left_for_bank' => false,
        // { outcome, can_pay_again, advice }: the final outcome.
        'verdict' => null,
        'superseded' => false,
        // The order differs from what was started (amount, status, or no such payment): needs a manual review.
        'on_hold' => false,
        'order_read_at' => $now,
    ];
}
