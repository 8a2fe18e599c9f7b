<?php
// Client of Plural's API, and verification of its signatures. Needs the curl extension.
//
// A call has one of three outcomes: a Response, NotSent (Plural received nothing), or OutcomeUnknown (it may have had
// an effect). What creates something is never retried: it is found again by its reference. Only reads of an order are
// retried, and any call once after a rejected token. Sources: Plural's native OTP guide, and the pages
// "Authentication", "Order status" and "Webhooks" of its developer documentation.

declare(strict_types=1);

abstract class PluralException extends Exception {}

/** Plural received nothing. */
final class NotSent extends PluralException {}

/** The call may have had an effect. Read the order; never retry a write. */
final class OutcomeUnknown extends PluralException {}

/** Plural or the shop refuses to create it. */
final class Refused extends PluralException {}

final class Response
{
    public function __construct(public readonly int $status, public readonly array $body) {}

    public function ok(): bool
    {
        return $this->status === 200 && !isset($this->body['code']) && !isset($this->body['error']);
    }

    public function next(): array
    {
        return is_array($this->body['next'] ?? null) ? $this->body['next'] : [];
    }

    /** Returns the order that a response contains, and [] for anything else. */
    public function order(): array
    {
        $order = array_key_exists('data', $this->body) ? $this->body['data'] : $this->body;
        $payments = is_array($order) ? $order['payments'] ?? [] : null;
        return is_array($payments) && array_filter($payments, is_array(...)) === $payments ? $order : [];
    }

    /** Returns the seconds until a resend is allowed (a string or number on the wire), or null. */
    public function resend_after_seconds(): ?float
    {
        $seconds = $this->body['meta_data']['resend_after'] ?? null;
        if (!is_numeric($seconds)) {
            return null;
        }
        return $seconds >= 1 && $seconds <= 900 ? (float) $seconds : 30.0;
    }
}

final class Plural
{
    private const MAX_RESPONSE_BYTES = 256 * 1024;
    /** Kept for this request only. A shop with APCu or Redis keeps it there, encrypted. */
    private ?string $token = null;

    public function __construct(
        public readonly string $base_url,
        private readonly string $client_id,
        private readonly string $client_secret,
        private readonly Closure $now,
    ) {}

    /** Creates an order, or finds the one that has its reference: after a repeated or an unclear call. Returns its id. */
    public function find_or_create_order(string $reference, array $amount, string $return_url): string
    {
        $body = ['merchant_order_reference' => $reference, 'order_amount' => $amount, 'callback_url' => $return_url];
        try {
            $response = $this->call('POST', '/api/pay/v1/orders', $body);
            $is_unclear = ($response->body['code'] ?? '') === 'DUPLICATE_REQUEST';
        } catch (OutcomeUnknown) {
            $is_unclear = true;
        }
        if ($is_unclear) {
            $response = $this->call('GET', "/api/pay/v1/orders/reference/$reference");
        }
        $order = $response->order();
        $found = [$order['order_amount']['value'] ?? null, $order['order_amount']['currency'] ?? null];
        // An order of another amount under the same reference would charge a price that the customer did not see.
        if (!$response->ok() || $found !== array_values($amount)) {
            throw new Refused();
        }
        return is_string($order['order_id'] ?? null) ? $order['order_id'] : throw new OutcomeUnknown();
    }

    /** Reads an order, with two retries. Throws OutcomeUnknown when it cannot be read. */
    public function get_order(string $order_id): array
    {
        for ($attempt = 0; $attempt < 3; $attempt += 1) {
            try {
                $response = $this->call('GET', "/api/pay/v1/orders/$order_id");
            } catch (PluralException) {
                continue;
            }
            if ($response->ok() && ($response->order()['order_id'] ?? null) === $order_id) {
                return $response->order();
            }
        }
        throw new OutcomeUnknown();
    }

    /** Creates a payment, or finds the one that has its reference. Returns [order, payment]. */
    public function create_payment(string $order_id, array $payment): array
    {
        $order = [];
        try {
            $response = $this->call('POST', "/api/pay/v1/orders/$order_id/payments", ['payments' => [$payment]]);
            if ($response->ok()) {
                $order = $response->order();
            } elseif (($response->body['code'] ?? '') !== 'DUPLICATE_REQUEST') {
                throw new Refused();
            }
        } catch (OutcomeUnknown) {
            // If the payment was created, the order contains it.
        }
        $reference = $payment['merchant_payment_reference'];
        if (find_payment($order, $reference) === null) {
            $order = $this->get_order($order_id);
        }
        return [$order, find_payment($order, $reference) ?? throw new OutcomeUnknown()];
    }

    /** Returns what is known of a card, and [] when that cannot be read. */
    public function card_details(string $card_number, int $amount): array
    {
        $card = ['payment_identifier' => $card_number, 'payment_reference_type' => 'CARD'];
        try {
            $body = ['amount' => (string) $amount, 'card_details' => [$card]];
            $response = $this->call('POST', '/api/pay/v1/getCardDetails', $body);
        } catch (PluralException) {
            return [];
        }
        $cards = $response->body['card_payment_details'] ?? null;
        $details = $response->ok() && is_array($cards) ? $cards[0] ?? null : null;
        // Only what can be shown: another shape than a text or a flag is not known to be one of a card.
        return is_array($details) ? array_filter($details, fn($value) => is_string($value) || is_bool($value)) : [];
    }

    /** Calls generate, submit or resend. Never retried after an unknown outcome. */
    public function otp(string $action, string $payment_id, ?string $otp): Response
    {
        $body = ['payment_id' => $payment_id] + ($otp === null ? [] : ['otp' => $otp]);
        return $this->call('POST', "/api/pay/v1/otp/$action", $body, 30);
    }

    /** Returns true for a challenge URL on Plural's host. Any other could lead the customer to a phishing page. */
    public function is_trusted(mixed $url): bool
    {
        $expected = parse_url($this->base_url);
        $given = is_string($url) ? parse_url($url) : false;
        return is_array($given)
            && ($given['host'] ?? '') === $expected['host']
            && ($given['port'] ?? null) === ($expected['port'] ?? null)
            && !isset($given['user'])
            && in_array($given['scheme'] ?? '', ['https', $expected['scheme']], true);
    }

    private function call(string $method, string $path, ?array $body = null, int $timeout = 10): Response
    {
        $response = $this->send($method, $path, $body, $timeout, $this->bearer());
        if ($response->status === 401 && $response->next() === []) {
            // A rejected token proves that nothing was done, so the call is retried once with a new one.
            $this->token = null;
            $response = $this->send($method, $path, $body, $timeout, $this->bearer());
        }
        return $response;
    }

    private function bearer(): string
    {
        if ($this->token === null) {
            $credentials = ['client_id' => $this->client_id, 'client_secret' => $this->client_secret];
            $credentials['grant_type'] = 'client_credentials';
            try {
                $response = $this->send('POST', '/api/auth/v1/token', $credentials, 10, null);
            } catch (OutcomeUnknown) {
                throw new NotSent();
            }
            $token = $response->body['access_token'] ?? null;
            $this->token = $response->ok() && is_string($token) ? $token : throw new NotSent();
        }
        return $this->token;
    }

    private function send(string $method, string $path, ?array $body, int $timeout, ?string $token): Response
    {
        $headers = ['content-type: application/json', 'accept: application/json', 'expect:'];
        if ($token !== null) {
            $headers[] = "authorization: Bearer $token";
            $headers[] = 'request-id: ' . new_uuid();
            $headers[] = 'request-timestamp: ' . gmdate('Y-m-d\TH:i:s\Z', (int) ($this->now)());
        }
        $raw = '';
        $curl = curl_init($this->base_url . $path);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_TIMEOUT => $timeout,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROXY => '',
            CURLOPT_WRITEFUNCTION => function ($_, string $chunk) use (&$raw): int {
                $raw .= $chunk;
                return strlen($raw) > self::MAX_RESPONSE_BYTES ? 0 : strlen($chunk);
            },
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body, JSON_THROW_ON_ERROR));
        }
        curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if (curl_errno($curl) === CURLE_COULDNT_CONNECT) {
            throw new NotSent();
        }
        $parsed = json_decode($raw, true);
        if (curl_errno($curl) !== 0 || $status >= 500 || ($status >= 300 && $status < 400) || !is_array($parsed)) {
            throw new OutcomeUnknown();
        }
        return new Response($status, $parsed);
    }
}

/** Returns the payment of an order that has this merchant reference. */
function find_payment(array $order, string $reference): ?array
{
    foreach ($order['payments'] ?? [] as $payment) {
        if (($payment['merchant_payment_reference'] ?? null) === $reference && is_string($payment['id'] ?? null)) {
            return $payment;
        }
    }
    return null;
}

function new_uuid(): string
{
    $bytes = random_bytes(16);
    $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
    $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
}

/** Verifies the signature of a return's decoded fields, a list of [name, value]. A repeated field makes it invalid. */
function is_valid_return(array $fields, string $secret_key_hex): bool
{
    $values = array_column($fields, 1, 0);
    $signature = $values['signature'] ?? '';
    unset($values['signature']);
    if (count($fields) !== count($values) + 1 || preg_match('/\A[0-9A-Fa-f]{64}\z/', $signature) !== 1) {
        return false;
    }
    $names = array_map(strval(...), array_keys($values));
    $has_bad_name = preg_grep('/[=&]/', $names) !== [];
    $has_order = preg_match('/\A[A-Za-z0-9_-]{1,64}\z/', $values['order_id'] ?? '') === 1;
    if ($has_bad_name || !$has_order || ($values['status'] ?? '') === '') {
        return false;
    }
    // Plural sorts by UTF-16 code unit, as Java does.
    usort($names, fn($a, $b) => strcmp(iconv('UTF-8', 'UTF-16BE', $a), iconv('UTF-8', 'UTF-16BE', $b)));
    $signed = implode('&', array_map(fn($name) => "$name={$values[$name]}", $names));
    return hash_equals(hash_hmac('sha256', $signed, hex2bin($secret_key_hex)), strtolower($signature));
}

/** Verifies a webhook's signature, and that its timestamp is at most 300 seconds away. */
function is_valid_webhook(string $id, string $timestamp, string $signatures, string $body, string $secret, float $now): bool
{
    if ($id === '' || preg_match('/\A[0-9]{1,12}\z/', $timestamp) !== 1 || abs($now - (int) $timestamp) > 300) {
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $secret, true));
    return array_filter(explode(' ', $signatures), fn($signature) => hash_equals($expected, $signature)) !== [];
}
