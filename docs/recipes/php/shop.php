<?php
// The shop on the example backend in PHP: the page with <plural-otp>, `POST /pay` and `GET /order`.
//
// Copy `docs/examples/php-backend` next to this folder. Settings come from the environment, else from `.env`.

declare(strict_types=1);

const SHOP = true; // server.php leaves starting and responding to this file.
require __DIR__ . '/../php-backend/server.php';

/** Replace with your database: prices never come from the browser. */
const PRICES_IN_PAISE = ['darjeeling-100g' => 64_000];
/** The page and its files, with their media types. */
const PAGE = [
    '/' => ['index.html', 'text/html'],
    '/shop.js' => ['shop.js', 'text/javascript'],
    '/shop.css' => ['shop.css', 'text/css'],
    '/plural-otp.min.js' => ['plural-otp.min.js', 'text/javascript'],
    '/plural-otp.css' => ['plural-otp.css', 'text/css'],
    '/device-info.js' => ['device-info.js', 'text/javascript'],
];
const CARD_MEMBERS = ['name', 'card_number', 'cvv', 'expiry_month', 'expiry_year'];

/** Returns the environment, with the lines of `.env` that it does not set. */
function read_settings(): array
{
    $file = __DIR__ . '/../.env';
    $env = getenv() + (is_file($file) ? parse_ini_file($file, false, INI_SCANNER_RAW) : []) + ['PORT' => '3000'];
    $names = ['ORIGIN' => 'SHOP_ORIGIN', 'PLURAL_BASE_URL' => 'PLURAL_ENVIRONMENT'];
    foreach ($names as $name => $given) {
        $env[$name] = $env[$given] ?? $env[$name] ?? '';
    }
    return array_map(strval(...), $env);
}

/** Starts the payment of a cart. The same order and attempt are the same payment. */
function pay(Backend $backend): array
{
    if (($_SERVER['HTTP_ORIGIN'] ?? '') !== $backend->origin) {
        throw new HttpError(403);
    }
    $form = json_decode(file_get_contents('php://input', length: 8192), true);
    [$order, $attempt] = [$form['order'] ?? '', $form['attempt'] ?? 0];
    $value = PRICES_IN_PAISE[$form['item'] ?? ''] ?? throw new HttpError(400, 'REQUEST_INVALID');
    $given = is_array($form['card'] ?? null) ? $form['card'] : [];
    $card = array_filter(array_intersect_key($given, array_flip(CARD_MEMBERS)), is_string(...));
    $is_uuid = is_string($order) && preg_match('/\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z/', $order) === 1;
    if (!$is_uuid || !in_array($attempt, [1, 2, 3, 4, 5], true) || count($card) !== count(CARD_MEMBERS)) {
        throw new HttpError(400, 'REQUEST_INVALID');
    }
    $collected = is_array($form['device'] ?? null) ? $form['device'] : [];
    $device = ['browser_accept_header' => $_SERVER['HTTP_ACCEPT'] ?? '*/*'];
    $device += ['browser_user_agent' => $_SERVER['HTTP_USER_AGENT'] ?? 'unknown'];
    $device += array_filter($collected, is_string(...));
    return $backend->payments->start($order, "$order-$attempt", $value, $card, $device);
}

/** Returns what the verdicts say of a payment. The bank's page sends the customer here. */
function find_order(Backend $backend): array
{
    $reference = is_string($_GET['reference'] ?? null) ? $_GET['reference'] : '';
    $payment_id = $backend->repository->id_by_reference($reference) ?? throw new HttpError(404, 'NOT_FOUND');
    return ['outcomes' => $backend->repository->list_verdicts($payment_id)];
}

/** Sends what an order says to a customer who comes from the bank's page. Only a verdict says that it is paid. */
function send_receipt(array $outcomes): void
{
    [$title, $text] = match (true) {
        (bool) array_intersect($outcomes, ['paid', 'authorized']) => ['Paid', 'Thank you. We have received your order.'],
        $outcomes !== [] => ['Not paid', 'The payment was not made. You can pay again.'],
        default => ['Being checked', 'We do not know yet whether the payment was made. This page looks again by itself.'],
    };
    $again = $outcomes === [] ? '<meta http-equiv="refresh" content="10">' : '';
    header('content-type: text/html; charset=utf-8');
    header('cache-control: no-store');
    header("content-security-policy: default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'");
    echo "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">$again",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>$title – Example Tea</title>",
        '<link rel="stylesheet" href="/shop.css"><header>Example Tea</header>',
        "<main><h1>$title</h1><p>$text</p><p><a href=\"/\">Back to the shop</a></p></main></html>";
}

function send_json(int $status, array $body): void
{
    http_response_code($status);
    header('content-type: application/json; charset=utf-8');
    header('cache-control: no-store');
    echo json_encode($body, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
}

/** Handles the shop's own routes. The backend handles all others. */
function route(): void
{
    $route = $_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    if (str_starts_with($route, 'GET /') && isset(PAGE[substr($route, 4)])) {
        [$file, $type] = PAGE[substr($route, 4)];
        header("content-type: $type; charset=utf-8");
        readfile(__DIR__ . "/../public/$file");
        return;
    }
    if ($route !== 'POST /pay' && $route !== 'GET /order') {
        respond();
        return;
    }
    try {
        $backend = new Backend(getenv());
        $body = $route === 'POST /pay' ? pay($backend) : find_order($backend);
        $wants_page = $route === 'GET /order' && str_contains($_SERVER['HTTP_ACCEPT'] ?? '', 'text/html');
        $wants_page ? send_receipt($body['outcomes']) : send_json(200, $body);
    } catch (HttpError $error) {
        send_json($error->status, ['problem' => $error->problem]);
    } catch (Refused) {
        send_json(422, ['problem' => 'REFUSED']);
    } catch (PDOException | PluralException) {
        // The same order and attempt again is the same payment.
        send_json(503, ['problem' => 'BACKEND_UNREACHABLE']);
    }
}

PHP_SAPI === 'cli' ? serve(read_settings(), __FILE__) : route();
