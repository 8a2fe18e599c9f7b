<?php
// The rules of one payment, as pure functions: allowed actions, effects of responses, the verdict, the view.
// No function here reads a clock, makes a call or uses the database. Times are epoch seconds.
// A payment is an array, the JSON of its record. It never contains an OTP, a card number, a CVV or a token.

declare(strict_types=1);

/** Limits of the backend, in addition to those of the issuer. */
const MAX_SUBMITS = 5;
const MAX_RESENDS = 3;
const MAX_GENERATES = 3;
const CONFIRM_SECONDS = 60;
/** Longer than one attempt of a call (30 seconds), so that a payment has at most one action in flight. */
const ACTION_TIMEOUT_SECONDS = 35;
const COUNTERS = ['generate' => 'generates', 'submit' => 'submits', 'resend' => 'resends'];
const PHASE_IN_FLIGHT = ['generate' => 'generating', 'resend' => 'resending', 'submit' => 'confirming'];
const ALLOWED_PHASES = [
    'generate' => ['ready'],
    'submit' => ['awaitingOtp', 'unresolved'],
    'resend' => ['awaitingOtp', 'unresolved'],
];
const FINAL_PHASES = ['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'];
const PAID_ORDER_STATUSES = ['PROCESSED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED'];
const OPEN_ORDER_STATUSES = ['CREATED', 'PENDING', 'ATTEMPTED'];
const TAKEN_STATUSES = ['PROCESSED', 'AUTHORIZED'];
const ADVICE = [
    'CARD_EXPIRED' => 'useAnotherCard', 'CARD_LOST' => 'useAnotherCard', 'CARD_STOLEN' => 'useAnotherCard',
    'RISK_CHECK_FAILED' => 'useAnotherCard', 'INSUFFICIENT_FUNDS' => 'checkFunds',
    'AMOUNT_LIMIT_EXCEEDED' => 'checkFunds', 'CARD_VERIFICATION_FAILED' => 'checkDetails',
    'PAYMENT_DECLINED' => 'contactIssuer', 'PAYMENT_EXPIRED' => 'payAgain', 'TIMED_OUT' => 'tryLater',
    'INTERNAL_ERROR' => 'tryLater',
];

/** Ends an action in flight whose response was never recorded, because its process died. */
function expire_action(array &$p, float $now): void
{
    if ($p['in_flight'] === null || $now - $p['in_flight']['started_at'] < ACTION_TIMEOUT_SECONDS) {
        return;
    }
    if ($p['in_flight']['action'] === 'submit') {
        $p['unconfirmed_submit'] = ['submitted_at' => $p['in_flight']['started_at'], 'accepted' => false];
    } else {
        mark_maybe_sent($p, $now);
    }
    $p['in_flight'] = null;
}

/** Returns [phase, problem]. */
function current_phase(array $p, float $now): array
{
    $waiting = $p['unconfirmed_submit'] !== null && $p['stage'] !== 'cancelled';
    return match (true) {
        $p['verdict'] !== null && $p['verdict']['outcome'] === 'paid' => ['authorized', null],
        $p['verdict'] !== null && $p['stage'] === 'exhausted' => ['exhausted', 'ATTEMPTS_USED'],
        $p['verdict'] !== null => ['failed', 'PAYMENT_FAILED'],
        $p['superseded'] => ['superseded', null],
        $p['on_hold'] => ['confirming', null],
        $p['in_flight'] !== null => [PHASE_IN_FLIGHT[$p['in_flight']['action']], null],
        $p['stage'] === 'exhausted' => ['exhausted', 'ATTEMPTS_USED'],
        $waiting && $now - $p['unconfirmed_submit']['submitted_at'] < CONFIRM_SECONDS => ['confirming', null],
        $waiting => ['unresolved', 'OUTCOME_UNKNOWN'],
        $p['stage'] === 'awaitingOtp' && $p['submits'] >= MAX_SUBMITS => ['exhausted', 'ATTEMPTS_USED'],
        $p['stage'] === 'ready' && !$p['native_otp'] => ['ready', 'NATIVE_OTP_UNAVAILABLE'],
        default => [$p['stage'], $p['problem']],
    };
}

/**
 * Reserves and counts an action before its call is made. Returns [make the call, problem].
 * A repeated idempotency key never leads to a call.
 */
function begin_action(array &$p, string $action, string $key, float $now): array
{
    $is_known = in_array($key, $p['idempotency_keys'], true);
    if ($is_known || !in_array(current_phase($p, $now)[0], ALLOWED_PHASES[$action], true)) {
        return [false, null];
    }
    $problem = match (true) {
        $action === 'generate' && (!$p['native_otp'] || $p['generates'] >= MAX_GENERATES) => 'NATIVE_OTP_UNAVAILABLE',
        $action === 'submit' && $p['submits'] >= MAX_SUBMITS => 'ATTEMPTS_USED',
        $action === 'resend' && (!$p['resend_offered'] || $p['resends'] >= MAX_RESENDS) => 'RESEND_LIMIT',
        $action === 'resend' && $now < $p['resend_at'] => 'RESEND_TOO_EARLY',
        default => null,
    };
    if ($problem !== null) {
        return [false, $problem];
    }
    $p[COUNTERS[$action]] += 1;
    $p['idempotency_keys'][] = $key;
    $p['in_flight'] = ['action' => $action, 'idempotency_key' => $key, 'started_at' => $now];
    return [true, null];
}

/**
 * Records the result of an action: a Response, NotSent or OutcomeUnknown. True when the order has to be read now.
 */
function complete_action(array &$p, string $action, Response|PluralException $result, float $now): bool
{
    $key = $p['in_flight']['idempotency_key'];
    $p['in_flight'] = null;
    if ($result instanceof NotSent) {
        $p[COUNTERS[$action]] -= 1;
        $p['idempotency_keys'] = array_values(array_diff($p['idempotency_keys'], [$key]));
        $p['problem'] = 'BACKEND_UNREACHABLE';
    } elseif ($result instanceof OutcomeUnknown || ($result->status === 200 && !$result->ok())) {
        record_unknown_outcome($p, $action, $now);
    } elseif (!$result->ok()) {
        return record_rejection($p, $action, $result, $now);
    } elseif ($action !== 'submit') {
        [$p['stage'], $p['unconfirmed_submit'], $p['problem']] = ['awaitingOtp', null, null];
        $p['left_for_bank'] = false;
        $p['resend_at'] = $now + ($result->resend_after_seconds() ?? 30);
        $p['resend_offered'] = $result->next() === [] || in_array('RESEND_OTP', $result->next(), true);
    } elseif (to_upper($result->body['status'] ?? 'SUCCESS') === 'SUCCESS') {
        [$p['unconfirmed_submit'], $p['problem']] = [['submitted_at' => $now, 'accepted' => true], null];
    } else {
        record_unknown_outcome($p, $action, $now);
    }
    return false;
}

function record_rejection(array &$p, string $action, Response $response, float $now): bool
{
    $wait = $response->resend_after_seconds();
    $may_resend = in_array('RESEND_OTP', $response->next(), true);
    if ($response->status === 429) {
        $p['problem'] = 'BUSY';
    } elseif (in_array($response->status, [401, 403], true)) {
        $p['problem'] = 'INTERNAL'; // The shop's credentials were rejected, not the OTP.
    } elseif ($action === 'generate') {
        [$p['problem'], $p['native_otp']] = ['NATIVE_OTP_UNAVAILABLE', false];
    } elseif (in_array('NONE', $response->next(), true)) {
        if ($action === 'submit') {
            record_miss($p);
        }
        [$p['stage'], $p['unconfirmed_submit']] = ['exhausted', null];
        return true;
    } elseif ($action === 'resend') {
        $p['problem'] = $may_resend ? 'RESEND_TOO_EARLY' : 'RESEND_LIMIT';
        $p['resend_offered'] = $may_resend;
        $p['resend_at'] = $now + ($wait ?? 30);
    } elseif (in_array('SUBMIT_OTP', $response->next(), true)) {
        record_miss($p);
        $p['resend_offered'] = $may_resend;
        $p['resend_at'] = $wait === null ? $p['resend_at'] : $now + $wait;
    } else {
        $p['unconfirmed_submit'] = ['submitted_at' => $now, 'accepted' => false];
        return true;
    }
    return false;
}

function record_unknown_outcome(array &$p, string $action, float $now): void
{
    if ($action === 'submit') {
        [$p['unconfirmed_submit'], $p['problem']] = [['submitted_at' => $now, 'accepted' => false], null];
    } else {
        $p['unconfirmed_submit'] = null;
        mark_maybe_sent($p, $action === 'generate' ? $now : $now + 30);
    }
}

function mark_maybe_sent(array &$p, float $resend_at): void
{
    [$p['stage'], $p['resend_at'], $p['problem']] = ['awaitingOtp', $resend_at, 'OTP_MAYBE_NOT_SENT'];
}

/** Records that the issuer rejected an OTP. */
function record_miss(array &$p): void
{
    $p['misses'] += 1;
    [$p['unconfirmed_submit'], $p['problem']] = [null, 'OTP_NOT_ACCEPTED'];
}

/** Returns true for a submitted OTP that Plural neither accepted nor rejected. */
function has_unknown_submit(array $p): bool
{
    return $p['unconfirmed_submit'] !== null && !$p['unconfirmed_submit']['accepted'];
}

/**
 * Records that the customer leaves for the bank's page or cancels. Returns false when that changes nothing.
 * Cancelling makes no promise about money: a payment that still succeeds is reported.
 */
function leave_page(array &$p, string $to, string $key, float $now): bool
{
    if ($to === 'away' || in_array($key, $p['idempotency_keys'], true) || $p['verdict'] !== null) {
        return false;
    }
    if ($to === 'bank') {
        [$changed, $p['left_for_bank']] = [!$p['left_for_bank'], true];
    } else {
        $changed = in_array(current_phase($p, $now)[0], ['ready', 'awaitingOtp', 'unresolved'], true);
        if ($changed) {
            [$p['stage'], $p['unconfirmed_submit'], $p['problem']] = ['cancelled', null, null];
        }
    }
    if ($changed) {
        $p['idempotency_keys'][] = $key;
    }
    return $changed;
}

/** Returns a word of Plural's in capitals, and '' for anything else than a text. */
function to_upper(mixed $word): string
{
    return is_string($word) ? strtoupper($word) : '';
}

/** Decides the verdict from the order; the only source of a verdict. Returns true when the record changed. */
function apply_order(array &$p, array $order): bool
{
    $before = [$p['verdict'], $p['superseded'], $p['on_hold'], $p['misses']];
    if ($p['verdict'] !== null && $p['verdict']['outcome'] === 'paid') {
        return false; // A paid payment never becomes unpaid.
    }
    $order_status = to_upper($order['status'] ?? null);
    $payments = $order['payments'] ?? [];
    $payment = array_values(array_filter($payments, fn($one) => ($one['id'] ?? null) === $p['payment_id']))[0] ?? [];
    $status = to_upper($payment['status'] ?? null);
    $amount = $payment['payment_amount'] ?? $order['order_amount'] ?? [];
    $is_open = in_array($order_status, OPEN_ORDER_STATUSES, true);
    $others = array_map(fn($other) => to_upper($other['status'] ?? null), $payments);
    $p['on_hold'] = $p['superseded'] = false;
    if ($order_status === 'CANCELLED') {
        $p['verdict'] = ['outcome' => 'cancelled', 'can_pay_again' => false, 'advice' => 'orderCancelled'];
    } elseif (in_array($status, TAKEN_STATUSES, true)) {
        $captured = $status === 'PROCESSED' && in_array($order_status, PAID_ORDER_STATUSES, true);
        $final = $captured || ($status === $order_status && ($order['pre_auth'] ?? null) === true);
        if ($final && [$amount['value'] ?? null, $amount['currency'] ?? null] === [$p['value'], $p['currency']]) {
            $p['verdict'] = ['outcome' => 'paid', 'can_pay_again' => false, 'advice' => null];
        } else {
            $p['on_hold'] = true;
        }
    } elseif (in_array($status, ['FAILED', 'CANCELLED'], true) || [$order_status, $status] === ['FAILED', 'PENDING']) {
        $code = to_upper($payment['error_detail']['code'] ?? null);
        $p['verdict'] = ['outcome' => 'failed', 'can_pay_again' => $is_open, 'advice' => ADVICE[$code] ?? null];
    } elseif (array_intersect($others, TAKEN_STATUSES) !== []) {
        $p['superseded'] = true;
    } elseif ($status !== 'PENDING' || !$is_open) {
        $p['on_hold'] = true;
    } elseif ($order_status === 'ATTEMPTED' && has_unknown_submit($p) && $p['misses'] === 0) {
        record_miss($p);
    }
    return $before !== [$p['verdict'], $p['superseded'], $p['on_hold'], $p['misses']];
}

/** Returns the contract's PaymentView. `$denial`: why the session may not act. `$problem`: of the current request. */
function payment_view(array $p, int $revision, float $now, ?string $denial, ?string $problem = null): array
{
    [$phase, $recorded_problem] = current_phase($p, $now);
    $hidden = match ($denial) {
        null => [],
        'SESSION_READ_ONLY' => ['submit', 'resend', 'redirect'],
        default => ['submit', 'resend'],
    };
    $steps = array_values(array_diff(next_steps($p, $phase), $hidden));
    if ($denial === 'SESSION_READ_ONLY') {
        $denial = in_array($phase, ['ready', 'awaitingOtp', 'unresolved'], true) ? $denial : null;
        $steps = $denial === null ? $steps : ['check'];
    }
    $denied = in_array($phase, FINAL_PHASES, true) ? null : $denial;
    $code = $denied ?? $problem ?? $recorded_problem;
    $advice = $code === 'PAYMENT_FAILED' ? $p['verdict']['advice'] ?? null : null;
    $poll_after = ['generating' => 2, 'resending' => 2, 'confirming' => 2, 'unresolved' => 30][$phase] ?? null;
    return array_filter([
        'phase' => $phase,
        'next' => $steps,
        'revision' => $revision,
        'reference' => $p['reference'],
        'attempts' => ['misses' => $p['misses']],
        'problem' => $code === null ? null : array_filter(['code' => $code, 'advice' => $advice]),
        'resendInSeconds' => in_array('resend', $steps, true) ? max(0, (int) ceil($p['resend_at'] - $now)) : null,
        'pollAfterSeconds' => $poll_after,
        'challengeUrl' => in_array('redirect', $steps, true) ? $p['challenge_url'] : null,
        'leftForBank' => $p['left_for_bank'] && !in_array($phase, FINAL_PHASES, true) ? true : null,
        'display' => $p['display'],
    ], fn($member) => $member !== null);
}

function next_steps(array $p, string $phase): array
{
    $redirect = $p['challenge_url'] === null ? [] : ['redirect'];
    $submit = $p['submits'] < MAX_SUBMITS ? ['submit'] : [];
    $resend = $p['resend_offered'] && $p['resends'] < MAX_RESENDS ? ['resend'] : [];
    return match ($phase) {
        'failed', 'exhausted' => match (true) {
            $p['verdict'] === null => [...$redirect, 'check'],
            default => $p['verdict']['can_pay_again'] ? ['payAgain'] : [],
        },
        'ready' => [...$redirect, 'check'],
        'generating', 'resending' => $redirect,
        'awaitingOtp' => [...$submit, ...$resend, ...$redirect],
        'confirming' => ['check'],
        'unresolved' => ['check', ...$submit, ...$resend, ...$redirect],
        default => [],
    };
}
