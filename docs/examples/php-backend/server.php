<?php
// A merchant's backend for <plural-otp> in plain PHP: `php server.php`, or this file as the script of a web server.
//
// Environment: HOST (127.0.0.1), PORT (8000; 0: any free), ORIGIN (http://127.0.0.1:PORT), DATABASE (payments.sqlite),
// PLURAL_BASE_URL (http://127.0.0.1:3001), PLURAL_CLIENT_ID, PLURAL_CLIENT_SECRET, PLURAL_RETURN_SECRET_KEY (hex),
// PLURAL_WEBHOOK_SECRET. CONFORMANCE=1 adds the hook of `@plural-otp/conformance`, with a sandbox on this machine only.

declare(strict_types=1);

foreach (['rules', 'plural', 'repository', 'payments'] as $name) {
    require __DIR__ . "/$name.php";
}

const BASE_PATH = '/plural';
/** Members of each request body. Unknown members are rejected. */
const BODIES = [
    'otp/generate' => ['session', 'idempotencyKey'],
    'otp/submit' => ['session', 'idempotencyKey', 'otp'],
    'otp/resend' => ['session', 'idempotencyKey'],
    'payment' => ['session'],
    'payment/leave' => ['session', 'idempotencyKey', 'to'],
];
const PATTERNS = [
    'session' => '/\A.{1,4096}\z/s',
    'idempotencyKey' => '/\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z/i',
    'otp' => '/\A[0-9]{4,8}\z/',
    'to' => '/\A(bank|cancel|away)\z/',
];
/** Maximum body size of each route, in bytes. */
const MAX_BYTES = ['return' => 16_384, 'webhook' => 262_144];

final class HttpError extends Exception
{
    public function __construct(public int $status, public string $problem = 'INTERNAL', public array $headers = [])
    {
        parent::__construct();
    }
}

/** The shop's parts, made anew for each request, as PHP does everything. */
final class Backend
{
    public readonly string $origin;
    public readonly bool $conformance;
    public readonly PaymentRepository $repository;
    public readonly Payments $payments;
    private readonly float $clock_offset;

    public function __construct(public readonly array $env)
    {
        $base_url = rtrim($env['PLURAL_BASE_URL'] ?? 'http://127.0.0.1:3001', '/');
        $this->origin = $env['ORIGIN'] ?? 'http://127.0.0.1:' . ($env['PORT'] ?? '8000');
        $is_sandbox = parse_url($base_url, PHP_URL_HOST) === '127.0.0.1';
        $this->conformance = ($env['CONFORMANCE'] ?? '') === '1' && $is_sandbox;
        $this->repository = database($env);
        $this->clock_offset = $this->conformance ? $this->repository->test_clock() : 0.0;
        $now = fn(): float => microtime(true) + $this->clock_offset;
        $plural = new Plural($base_url, $env['PLURAL_CLIENT_ID'], $env['PLURAL_CLIENT_SECRET'], $now);
        $return_url = $this->origin . BASE_PATH . '/return';
        $this->payments = new Payments($plural, $this->repository, $return_url, $now, $this->on_verdict(...));
    }

    public function now(): float
    {
        return microtime(true) + $this->clock_offset;
    }

    /** Fulfil the order here, idempotently by payment and outcome: a verdict can be delivered twice. */
    private function on_verdict(string $order_id, string $payment_id, string $outcome): void
    {
        $rejection = $this->conformance ? $this->repository->take_rejection() : false;
        if ($rejection !== false) {
            $rejection === 'crash' && PHP_SAPI === 'cli-server' && posix_kill(0, SIGKILL);
            throw new RuntimeException('rejected for a test');
        }
        $this->repository->add_verdict($payment_id, $outcome);
    }

    /** Handles a request of the conformance hook (docs/contract.md). */
    public function run_hook(array $request): array
    {
        if (isset($request['restart'])) {
            posix_kill(0, SIGKILL); // As a crash, also below: every process of this server ends where it is.
        }
        if (isset($request['rejectVerdicts'])) {
            $this->repository->reject_verdicts($request['rejectVerdicts'], empty($request['crash']) ? '' : 'crash');
            return [];
        }
        if (isset($request['sweep'])) {
            $this->payments->sweep();
            return [];
        }
        if (isset($request['advanceSeconds'])) {
            $this->repository->advance_test_clock((float) $request['advanceSeconds']);
            return ['nowMs' => ($this->now() + $request['advanceSeconds']) * 1000];
        }
        if (isset($request['verdictsOf'])) {
            $payment_id = $this->repository->id_by_reference($request['verdictsOf']);
            return ['verdicts' => $this->repository->list_verdicts($payment_id)];
        }
        if (isset($request['openReference'])) {
            return $this->payments->open_reference($request['openReference']) ?? [];
        }
        $card = ['name' => 'Test Card', 'card_number' => $request['card'], 'cvv' => '123'];
        $card += ['expiry_month' => '12', 'expiry_year' => '2039'];
        $device = ['browser_user_agent' => 'conformance', 'device_channel' => 'browser'];
        $order = $request['order'] ?? 'order-' . bin2hex(random_bytes(4));
        $attempt = $request['attempt'] ?? 1;
        return $this->payments->start($order, "$order-$attempt", $request['value'] ?? 110_000, $card, $device);
    }
}

function database(array $env): PaymentRepository
{
    return new PaymentRepository($env['DATABASE'] ?? __DIR__ . '/payments.sqlite');
}

/** Handles one request, except that it does not respond. Returns [status, body, headers]. */
function handle_request(Backend $backend, string $path, string $query): array
{
    $method = $_SERVER['REQUEST_METHOD'];
    $body = file_get_contents('php://input');
    if ($path === '/conformance' && $backend->conformance && $method === 'POST') {
        return [200, (object) $backend->run_hook(json_decode($body, true)), []];
    }
    $name = str_starts_with($path, BASE_PATH . '/') ? substr($path, strlen(BASE_PATH) + 1) : '';
    $methods = ['return' => ['POST', 'GET'], 'webhook' => ['POST']][$name] ?? (isset(BODIES[$name]) ? ['POST'] : []);
    if (!in_array($method, $methods, true)) {
        throw $methods === [] ? new HttpError(404) : new HttpError(405, headers: ['allow' => implode(', ', $methods)]);
    }
    if (strlen($body) > (MAX_BYTES[$name] ?? 4096) && $name !== 'return') {
        throw new HttpError(413);
    }
    return match ($name) {
        'return' => handle_return($backend, $method === 'GET' ? $query : $body),
        'webhook' => handle_webhook($backend, $body),
        default => [200, handle_browser_route($backend, $name, $body), []],
    };
}

function handle_browser_route(Backend $backend, string $name, string $raw): array
{
    // Rejects cross-site requests (CSRF).
    [$site, $origin] = [$_SERVER['HTTP_SEC_FETCH_SITE'] ?? '', $_SERVER['HTTP_ORIGIN'] ?? ''];
    if ($site !== 'same-origin' && ($site === 'none' || $origin !== $backend->origin)) {
        throw new HttpError(403);
    }
    if (content_type() !== 'application/json') {
        throw new HttpError(415);
    }
    $object = json_decode($raw);
    $body = is_object($object) ? get_object_vars($object) : throw new HttpError(400);
    // A note on how the OTP was entered, for statistics, which this backend keeps none of.
    if (is_object($body['entry'] ?? null) && in_array($name, ['otp/submit', 'payment/leave'], true)) {
        unset($body['entry']);
    }
    if (count($body) !== count(BODIES[$name])) {
        throw new HttpError(400);
    }
    foreach (BODIES[$name] as $member) {
        if (!is_string($body[$member] ?? null) || preg_match(PATTERNS[$member], $body[$member]) !== 1) {
            throw new HttpError(400);
        }
    }
    $opened = $backend->repository->open_session($body['session'], $backend->now());
    [$payment_id, $denial] = $opened ?? throw new HttpError(401, 'SESSION_EXPIRED');
    $key = $body['idempotencyKey'] ?? '';
    return match ($name) {
        'payment' => $backend->payments->get_view($payment_id, $denial),
        'payment/leave' => $backend->payments->leave($payment_id, $denial, $body['to'], $key),
        default => $backend->payments->perform_action($payment_id, $denial, substr($name, 4), $key, $body['otp'] ?? null),
    };
}

/** Redirects every return to the shop's page, also an invalid one, because the customer may have paid. */
function handle_return(Backend $backend, string $form): array
{
    $is_form = $_SERVER['REQUEST_METHOD'] === 'GET' || content_type() === 'application/x-www-form-urlencoded';
    $form = $is_form && strlen($form) <= MAX_BYTES['return'] ? $form : '';
    $pairs = $form === '' ? [] : explode('&', $form, 51);
    $fields = array_map(fn($pair) => array_pad(array_map(urldecode(...), explode('=', $pair, 2)), 2, ''), $pairs);
    $is_utf8 = preg_match('//u', implode('', array_merge(...$fields))) === 1;
    $outcome = ['problem' => 'unverified'];
    if ($is_utf8 && count($fields) <= 50 && is_valid_return($fields, $backend->env['PLURAL_RETURN_SECRET_KEY'])) {
        $order_id = array_column($fields, 1, 0)['order_id'];
        $outcome = ['problem' => 'unconfirmed'];
        try {
            $backend->payments->reconcile_order($order_id);
            $reference = $backend->payments->get_reference($order_id);
            $outcome = $reference === null ? $outcome : ['reference' => $reference];
        } catch (PDOException | PluralException) {
            // The page shows that the outcome is not known yet.
        }
    }
    return [303, null, ['location' => $backend->origin . '/order?' . http_build_query($outcome)]];
}

function handle_webhook(Backend $backend, string $raw): array
{
    $sent = [$_SERVER['HTTP_WEBHOOK_ID'] ?? '', $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? ''];
    $sent[] = $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '';
    if (!is_valid_webhook(...$sent, body: $raw, secret: $backend->env['PLURAL_WEBHOOK_SECRET'], now: $backend->now())) {
        throw new HttpError(403);
    }
    $event = json_decode($raw, true);
    $type = $event['event_type'] ?? $event['eventType'] ?? '';
    $order_id = $event['data']['order_id'] ?? null;
    $is_about_order = is_string($type) && preg_match('/\A(ORDER|PAYMENT)_/i', $type) === 1;
    if ($is_about_order && is_string($order_id) && !$backend->payments->reconcile_order($order_id)) {
        throw new HttpError(503, 'BACKEND_UNREACHABLE', ['retry-after' => '2']);
    }
    return [204, null, []];
}

function content_type(): string
{
    return strtolower(trim(explode(';', $_SERVER['CONTENT_TYPE'] ?? '', 2)[0]));
}

function respond(): void
{
    [$path, $query] = array_pad(explode('?', $_SERVER['REQUEST_URI'], 2), 2, '');
    try {
        [$status, $body, $headers] = handle_request(new Backend(getenv()), $path, $query);
    } catch (HttpError $error) {
        [$status, $headers, $body] = [$error->status, $error->headers, ['problem' => ['code' => $error->problem]]];
    } catch (PDOException | PluralException) {
        // The database is written before every call, so no OTP call was made.
        [$status, $headers] = [503, ['retry-after' => '2']];
        $body = ['problem' => ['code' => 'BACKEND_UNREACHABLE']];
    } catch (Throwable $error) {
        error_log('internal error: ' . $error::class);
        [$status, $body, $headers] = [500, ['problem' => ['code' => 'INTERNAL']], []];
    }
    http_response_code($status);
    header_remove('x-powered-by');
    $headers += ['cache-control' => 'no-store', 'x-content-type-options' => 'nosniff'];
    $headers += ['referrer-policy' => 'no-referrer', 'content-type' => 'application/json; charset=utf-8'];
    foreach ($headers as $name => $value) {
        header("$name: $value");
    }
    echo $body === null ? '' : json_encode($body, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
}

/** Starts PHP's own server with several processes, starts it again when it ends, and sweeps twice a minute. */
function serve(array $env, string $script): never
{
    $env += ['HOST' => '127.0.0.1', 'PORT' => '8000', 'PHP_CLI_SERVER_WORKERS' => '8'];
    if ($env['PORT'] === '0') {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $env['PORT'] = explode(':', stream_socket_get_name($socket, false))[1];
        fclose($socket);
    }
    database($env)->create_tables();
    $backend = new Backend($env);
    $command = ['-d', 'display_errors=0', '-d', 'error_log=' . __DIR__ . '/errors.log', '-S', "{$env['HOST']}:{$env['PORT']}", $script];
    $child = 0;
    $stop = function () use (&$child): never {
        posix_kill(-$child, SIGKILL);
        exit(0);
    };
    pcntl_async_signals(true);
    foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
        pcntl_signal($signal, $stop);
    }
    for ($second = 0; true; $second += 1) {
        if ($child === 0 || pcntl_waitpid($child, $_, WNOHANG) === $child) {
            $child = pcntl_fork();
            if ($child === 0) {
                posix_setsid(); // A group of its own, which is ended as a whole.
                // The server's log has every URL, and a return by GET has an order id in its URL.
                fclose(STDERR);
                $stderr = fopen('/dev/null', 'w');
                pcntl_exec(PHP_BINARY, $command, $env);
                exit(1);
            }
            for ($wait = 0; @fsockopen($env['HOST'], (int) $env['PORT']) === false; $wait += 1) {
                usleep(20_000);
                if ($wait === 500) {
                    fwrite(STDERR, "No server at port {$env['PORT']}: is it in use?\n");
                    $stop();
                }
            }
            echo "Listening on {$backend->origin}\n";
        }
        usleep(100_000);
        if ($second % 300 === 299) {
            try {
                (new Backend($env))->payments->sweep();
            } catch (Throwable $error) {
                error_log('the sweep failed: ' . $error::class); // Pending verdicts stay pending until the next one.
            }
        }
    }
}

// A shop with routes of its own defines SHOP, includes this file, and calls the two itself.
if (!defined('SHOP')) {
    PHP_SAPI === 'cli' ? serve(getenv(), __FILE__) : respond();
}
