<?php
// The operations on a payment: start, the customer's actions, reconciliation with the order, and verdict delivery.

declare(strict_types=1);

final class Payments
{
    /** `$on_verdict(order id, payment id, outcome)` is retried until it succeeds, so it is called at least once. */
    public function __construct(
        private readonly Plural $plural,
        private readonly PaymentRepository $repository,
        private readonly string $return_url,
        private readonly Closure $now,
        private readonly Closure $on_verdict,
    ) {}

    private function now(): float
    {
        return ($this->now)();
    }

    /**
     * Creates an order and a payment. Returns { session, view } for the browser. Throws NotSent or Refused when no
     * payment was created, and OutcomeUnknown when one may have been: call again with the same references.
     *
     * Idempotent: the same references return the same payment, also after an unclear or lost response. For another
     * attempt after a decline pass the same order reference and a new payment reference.
     *
     * `$device_info` comes from `collectDeviceInfo()` in the browser, plus the Accept header of its request.
     */
    public function start(string $order_reference, string $reference, int $value, array $card, array $device_info): array
    {
        $amount = ['value' => $value, 'currency' => 'INR'];
        $order_id = $this->plural->find_or_create_order($order_reference, $amount, $this->return_url);
        $started = $this->find_started($this->plural->get_order($order_id), $reference);
        if ($started !== null) {
            return $this->open($started);
        }
        $details = $this->plural->card_details($card['card_number'], $value);
        $facts = [
            'value' => $value,
            'native_otp' => ($details['is_native_otp_supported'] ?? null) === true,
            'network' => $details['card_network'] ?? null,
            'issuer' => $details['card_issuer'] ?? null,
            'last_digits' => substr($card['card_number'], -4),
        ];
        // Saved before the call: a second click waits for this one, and after a crash the sweep finds the payment.
        if (!$this->repository->reserve_start($reference, $order_id, $facts, $this->now())) {
            return $this->open($this->await_start($order_id, $reference));
        }
        try {
            // Read again, because another request may have created a payment since.
            $this->reject_rival($this->plural->get_order($order_id), $reference);
        } catch (PluralException $error) {
            $this->repository->finish_start($reference, created_nothing: true);
            throw $error;
        }
        try {
            [$order, $payment] = $this->plural->create_payment($order_id, [
                'merchant_payment_reference' => $reference,
                'payment_method' => 'CARD',
                'payment_amount' => $amount,
                'payment_option' => ['card_details' => $card],
                'device_info' => $device_info,
            ]);
        } catch (NotSent | Refused $error) {
            $this->repository->finish_start($reference, created_nothing: true);
            throw $error;
        }
        return $this->open($this->adopt($order, $payment, $facts));
    }

    private function open(string $payment_id): array
    {
        $session = $this->repository->create_session($payment_id, $this->now());
        return ['session' => $session, 'view' => $this->view($payment_id, null)];
    }

    /** Returns { session, view } of a payment for whoever knows its reference: the session only reads. */
    public function open_reference(string $reference): ?array
    {
        $payment_id = $this->repository->id_by_reference($reference);
        if ($payment_id === null) {
            return null;
        }
        $session = $this->repository->create_session($payment_id, $this->now(), true);
        return ['session' => $session, 'view' => $this->view($payment_id, 'SESSION_READ_ONLY')];
    }

    /** Returns the id of the payment with this reference, also of one whose response never arrived. */
    private function find_started(array $order, string $reference): ?string
    {
        $known = $this->repository->id_by_payment_reference($reference);
        $facts = $this->repository->get_start($reference);
        $payment = find_payment($order, $reference);
        return $known ?? ($payment !== null && $facts !== null ? $this->adopt($order, $payment, $facts) : null);
    }

    /** Waits for a start of the order by another request, for at most ten seconds. Rejects one of another reference. */
    private function await_start(string $order_id, string $reference): string
    {
        for ($second = 0; $second < 10; $second += 1) {
            $order = $this->plural->get_order($order_id);
            $started = $this->find_started($order, $reference);
            if ($started !== null) {
                return $started;
            }
            $this->reject_rival($order, $reference);
            sleep(1);
        }
        throw new OutcomeUnknown();
    }

    /** Rejects a payment while another one of the order has the money or may still get it. */
    private function reject_rival(array $order, string $reference): void
    {
        foreach ($order['payments'] ?? [] as $payment) {
            $is_over = in_array($payment['status'] ?? '', ['FAILED', 'CANCELLED'], true);
            if (($payment['merchant_payment_reference'] ?? null) !== $reference && !$is_over) {
                throw new Refused();
            }
        }
    }

    /** Records a payment of an order. Returns its id. */
    private function adopt(array $order, array $payment, array $facts): string
    {
        $url = $order['challenge_url'] ?? null;
        $facts['challenge_url'] = $this->plural->is_trusted($url) ? $url : null;
        $record = new_payment($order, $payment, $facts, $this->now());
        // From here on the sweep checks the payment until it is paid or 72 hours old, even if the customer leaves.
        $this->repository->insert($record, $payment['merchant_payment_reference'], $this->now() + 60);
        return $record['payment_id'];
    }

    /** Performs generate, submit or resend: reserves it, calls Plural at most once, and records the result. */
    public function perform_action(string $payment_id, ?string $denial, string $action, string $key, ?string $otp): array
    {
        if ($denial !== null) {
            return $this->view($payment_id, $denial);
        }
        $begin = function (array &$p) use ($action, $key): array {
            expire_action($p, $this->now());
            $begun = begin_action($p, $action, $key, $this->now());
            return [$begun[0], $begun];
        };
        [$p, $revision, [$call, $problem]] = $this->repository->update($payment_id, $begin, $this->now() + 60);
        if (!$call) {
            return payment_view($p, $revision, $this->now(), null, $problem);
        }
        try {
            $result = $this->plural->otp($action, $payment_id, $otp);
        } catch (PluralException $error) {
            $result = $error;
        }
        $complete = function (array &$p) use ($action, $key, $result): array {
            $is_current = ($p['in_flight']['idempotency_key'] ?? null) === $key;
            return [$is_current, $is_current && complete_action($p, $action, $result, $this->now())];
        };
        try {
            [, , $read_order] = $this->repository->update($payment_id, $complete);
            if ($read_order) {
                $this->reconcile_rejection($payment_id);
            }
            return $this->view($payment_id, null);
        } catch (PDOException) {
            // The call was made, so the customer gets its result. The stored action stays in flight until it expires.
            complete_action($p, $action, $result, $this->now());
            return payment_view($p, $revision, $this->now(), null);
        }
    }

    /** Handles a rejection without a reason: reads the order, and records a miss if the payment is still open. */
    private function reconcile_rejection(string $payment_id): void
    {
        if ($this->reconcile($payment_id)) {
            $this->repository->update($payment_id, function (array &$p): array {
                $is_miss = has_unknown_submit($p) && !($p['verdict'] || $p['on_hold'] || $p['superseded']);
                if ($is_miss) {
                    record_miss($p);
                }
                return [$is_miss, null];
            });
        }
    }

    private function view(string $payment_id, ?string $denial): array
    {
        [$p, $revision] = $this->repository->get($payment_id);
        expire_action($p, $this->now());
        return payment_view($p, $revision, $this->now(), $denial);
    }

    /** Returns the view. For an open payment the order is read first, at most once per second. */
    public function get_view(string $payment_id, ?string $denial): array
    {
        [, , $is_due] = $this->repository->update($payment_id, function (array &$p): array {
            expire_action($p, $this->now());
            $is_due = $p['verdict'] === null && $this->now() - $p['order_read_at'] >= 1;
            $p['order_read_at'] = $is_due ? $this->now() : $p['order_read_at'];
            return [$is_due, $is_due];
        });
        if ($is_due) {
            $this->reconcile($payment_id);
        }
        return $this->view($payment_id, $denial);
    }

    public function leave(string $payment_id, ?string $denial, string $to, string $key): array
    {
        if ($denial !== 'SESSION_READ_ONLY') {
            $this->repository->update($payment_id, fn(array &$p) => [leave_page($p, $to, $key, $this->now()), null]);
        }
        return $this->view($payment_id, $denial);
    }

    /** Reconciles all payments of an order. True when each succeeded, and for an unknown order. */
    public function reconcile_order(string $order_id): bool
    {
        foreach ($this->repository->starts_by_order($order_id) as $reference) {
            $this->find_started($this->plural->get_order($order_id), $reference);
        }
        return !in_array(false, array_map($this->reconcile(...), $this->repository->ids_by_order($order_id)), true);
    }

    /** Reads the order, decides, saves and delivers the verdict. False when one of them failed. */
    public function reconcile(string $payment_id): bool
    {
        [$p] = $this->repository->get($payment_id);
        try {
            $order = $this->plural->get_order($p['order_id']);
        } catch (OutcomeUnknown) {
            return false;
        }
        $edit = fn(array &$p): array => [apply_order($p, $order), null];
        // Due with its verdict, so that the sweep delivers again what the shop fails to take.
        [$p] = $this->repository->update($payment_id, $edit, $this->now() + 60);
        $outcome = $p['verdict']['outcome'] ?? null;
        if ($outcome !== null && $this->repository->claim_delivery($payment_id, $outcome, $this->now())) {
            try {
                ($this->on_verdict)($p['order_id'], $payment_id, $outcome);
            } catch (Throwable) {
                $this->repository->finish_delivery($payment_id, null);
                return false;
            }
            $this->repository->finish_delivery($payment_id, $outcome);
            $this->repository->schedule_check($payment_id, $this->now() + 3600, ends: $outcome === 'paid');
        }
        return true;
    }

    /** Reconciles every payment whose check is due, and finds payments whose start was interrupted. */
    public function sweep(): void
    {
        foreach ($this->repository->list_starts($this->now() - 60) as $start) {
            $this->try_check(fn() => $this->check_start(...$start));
        }
        foreach ($this->repository->list_due($this->now()) as $payment_id) {
            $this->try_check(fn() => $this->check($payment_id));
        }
    }

    /** Runs one check of a sweep. An error ends that check and no other. */
    private function try_check(Closure $check): void
    {
        try {
            $check();
        } catch (Throwable $error) {
            // Without its message, which may hold ids.
            error_log('a check of the sweep failed: ' . $error::class);
        }
    }

    private function check_start(string $reference, string $order_id, float $started_at): void
    {
        $found = $this->find_started($this->plural->get_order($order_id), $reference);
        // A payment that the order does not show after an hour was never created.
        if ($found === null && $this->now() - $started_at > 3600) {
            $this->repository->finish_start($reference);
        }
    }

    private function check(string $payment_id): void
    {
        [$p] = $this->repository->get($payment_id);
        $age = $this->now() - $p['started_at'];
        $this->repository->schedule_check($payment_id, $this->now() + ($age < 900 ? 60 : 900), ends: $age > 72 * 3600);
        $this->reconcile($payment_id);
    }

    /** Returns the reference of the paid payment of an order, else of its newest. */
    public function get_reference(string $order_id): ?string
    {
        $ids = $this->repository->ids_by_order($order_id);
        $payments = array_map(fn($id) => $this->repository->get($id)[0], $ids);
        $paid = array_filter($payments, fn($p) => ($p['verdict']['outcome'] ?? null) === 'paid');
        $last = array_slice($paid ?: $payments, -1);
        return $last[0]['reference'] ?? null;
    }
}
