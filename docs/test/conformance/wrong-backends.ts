/** Wrong backends: the examples with one small change each. A case of the conformance tests has to fail for each. */

import { wrongActions } from './wrong-backends/actions.ts';
import { wrongBasics } from './wrong-backends/basics.ts';
import { wrongDeliveries } from './wrong-backends/delivery.ts';
import { wrongMessages } from './wrong-backends/messages.ts';
import { wrongOrders } from './wrong-backends/order.ts';
import { wrongOutcomes } from './wrong-backends/outcome.ts';
import { wrongReads } from './wrong-backends/reads.ts';
import { wrongRequests } from './wrong-backends/requests.ts';
import { wrongResends } from './wrong-backends/resends.ts';
import { wrongResponses } from './wrong-backends/responses.ts';
import { wrongSteps } from './wrong-backends/step.ts';
import { wrongSweeps } from './wrong-backends/sweeps.ts';
import { wrongTabs } from './wrong-backends/tabs.ts';

/** A replacement in a file of an example: the text, which occurs once, and what replaces it. */
type Edit = readonly [file: string, text: string, replacement: string];

export interface WrongBackend {
  readonly defect: string;
  /** Name of the case that has to fail. */
  readonly caughtBy: string;
  readonly python: readonly Edit[];
  readonly php: readonly Edit[];
}

const pythonLock = `    _sending = threading.Lock()

    def perform_action(self, *args):
        with self._sending:
            return self._perform(*args)

    def _perform(`;
const phpLock = `    public function perform_action(mixed ...$arguments): array
    {
        $lock = fopen(__FILE__, 'r');
        flock($lock, LOCK_EX);
        return $this->perform(...$arguments);
    }

    private function perform(`;

export const wrongBackends: readonly WrongBackend[] = [
  {
    defect: 'numbers its sessions',
    caughtBy: 'sessions: a session cannot be guessed from others, nor from what is known of the payment',
    python: [
      [
        'repository.py',
        'session = secrets.token_urlsafe(32)',
        "with closing(self._connect()) as db:\n            session = str(100000 + db.execute('select count(*) from sessions').fetchone()[0])",
      ],
    ],
    php: [
      [
        'repository.php',
        "$session = rtrim(strtr(base64_encode(random_bytes(32)), '+/', '-_'), '=');",
        "$session = (string) (100000 + $this->list('select count(*) from sessions')[0]);",
      ],
    ],
  },
  {
    defect: 'uses a digest of the payment’s id as its session',
    caughtBy: 'sessions: a session cannot be guessed from others, nor from what is known of the payment',
    python: [
      ['repository.py', 'session = secrets.token_urlsafe(32)', 'session = _digest(payment_id)'],
      ['repository.py', "'insert into sessions values", "'insert or replace into sessions values"],
    ],
    php: [
      [
        'repository.php',
        "$session = rtrim(strtr(base64_encode(random_bytes(32)), '+/', '-_'), '=');",
        '$session = session_digest($payment_id);',
      ],
      ['repository.php', "'insert into sessions values", "'insert or replace into sessions values"],
    ],
  },
  {
    defect: 'lets whoever knows a reference act on its payment',
    caughtBy: 'sessions: whoever knows the reference may read the payment, and do nothing',
    python: [['payments.py', 'self._now(), read_only=True', 'self._now()']],
    php: [['payments.php', '$this->now(), true)', '$this->now())']],
  },
  {
    defect: 'never sweeps',
    caughtBy: 'sweep: a payment made at the bank after the tab was closed is delivered, once',
    python: [['payments.py', 'for payment_id in self._repository.list_due(self._now()):', 'for payment_id in []:']],
    php: [['payments.php', 'foreach ($this->repository->list_due($this->now()) as', 'foreach ([] as']],
  },
  {
    defect: 'checks a payment only once',
    caughtBy: 'sweep: a payment is delivered when the order can be read again',
    python: [['payments.py', 'ends=age > 72 * 3600', 'ends=True']],
    php: [['payments.php', 'ends: $age > 72 * 3600', 'ends: true']],
  },
  {
    defect: 'takes any amount for paid',
    caughtBy: 'submit: a payment of another amount than was started is not a payment',
    python: [['rules.py', "final and (amount.get('value'), amount.get('currency')) == (p.value, p.currency)", 'final']],
    php: [
      [
        'rules.php',
        "$final && [$amount['value'] ?? null, $amount['currency'] ?? null] === [$p['value'], $p['currency']]",
        '$final',
      ],
    ],
  },
  {
    defect: 'takes an order of any amount under its reference',
    caughtBy: 'start again: an order of another amount under the same reference is refused',
    python: [['plural.py', "not response.ok or response.order.get('order_amount') != amount", 'not response.ok']],
    php: [['plural.php', '!$response->ok() || $found !== array_values($amount)', '!$response->ok() || !$found']],
  },
  {
    defect: 'gives the attempts back with a resend',
    caughtBy: 'submit: a resend gives no attempt back',
    python: [
      [
        'rules.py',
        "    p.resend_offered = not result.next or 'RESEND_OTP' in result.next\n    return False",
        '    p.submits = 0\n    return False',
      ],
    ],
    php: [
      ['rules.php', "$p['left_for_bank'] = false;\n", "$p['left_for_bank'] = false;\n        $p['submits'] = 0;\n"],
    ],
  },
  {
    defect: 'sends first and writes down afterwards, under a lock in memory',
    caughtBy: 'restart: an OTP that was under way at a crash is not submitted again',
    python: [
      ['payments.py', 'import secrets\n', 'import secrets\nimport threading\n'],
      ['payments.py', '    def perform_action(\n', `${pythonLock}\n`],
      ['payments.py', 'return call, (call, problem)', 'return False, (call, problem)'],
      [
        'payments.py',
        "is_current = p.in_flight is not None and p.in_flight['idempotency_key'] == idempotency_key",
        'is_current = rules.begin_action(p, action, idempotency_key, self._now())[0]',
      ],
    ],
    php: [
      ['payments.php', '    public function perform_action(', phpLock],
      ['payments.php', 'return [$begun[0], $begun];', 'return [false, $begun];'],
      [
        'payments.php',
        "$is_current = ($p['in_flight']['idempotency_key'] ?? null) === $key;",
        '$is_current = begin_action($p, $action, $key, $this->now())[0];',
      ],
    ],
  },
  {
    defect: 'offers a bank page of any host',
    caughtBy: 'start: no other host than Plural’s is offered as the bank’s page',
    python: [
      ['plural.py', 'return given.netloc == expected.netloc and given.scheme', 'return given.scheme or given.scheme'],
    ],
    php: [
      ['plural.php', "($given['host'] ?? '') === $expected['host']", "isset($given['host'])"],
      ['plural.php', "($given['port'] ?? null) === ($expected['port'] ?? null)", 'true'],
    ],
  },
  {
    defect: 'compares only the beginning of a bank page’s URL',
    caughtBy: 'start: no other host than Plural’s is offered as the bank’s page',
    python: [
      [
        'plural.py',
        'return given.netloc == expected.netloc and given.scheme in',
        'return given.netloc.startswith(expected.hostname) and given.scheme in',
      ],
    ],
    php: [
      [
        'plural.php',
        "($given['host'] ?? '') === $expected['host']",
        "str_starts_with($given['host'] ?? '', $expected['host'])",
      ],
      ['plural.php', "($given['port'] ?? null) === ($expected['port'] ?? null)", 'true'],
      [
        'plural.php',
        '$given = is_string($url) ? parse_url($url) : false;',
        "$given = is_string($url) ? parse_url(str_replace('.bank.example', '', $url)) : false;",
      ],
    ],
  },
  {
    defect: 'reads the session of a submit from a cookie',
    caughtBy: 'sessions: a session is read from the body only, never from the URL or a cookie',
    python: [
      [
        'server.py',
        '        members = BODIES[name]\n',
        "        if name == 'otp/submit' and isinstance(body, dict):\n            cookie = (self.headers.get('cookie') or '').partition('session=')[2].partition(';')[0]\n            body.setdefault('session', cookie)\n        members = BODIES[name]\n",
      ],
    ],
    php: [
      [
        'server.php',
        '    if (count($body) !== count(BODIES[$name])) {',
        "    $body += $name === 'otp/submit' && isset($_COOKIE['session']) ? ['session' => $_COOKIE['session']] : [];\n    if (count($body) !== count(BODIES[$name])) {",
      ],
    ],
  },
  {
    defect: 'lets every site read the responses to a submit',
    caughtBy: 'requests: no response sets a cookie or allows a foreign origin (CORS)',
    python: [
      [
        'server.py',
        '        if self.close_connection:\n',
        "        if self.path.endswith('/otp/submit'):\n            all_headers['access-control-allow-origin'] = self.headers.get('origin', '*')\n        if self.close_connection:\n",
      ],
    ],
    php: [
      [
        'server.php',
        '    http_response_code($status);\n',
        "    http_response_code($status);\n    if (str_ends_with($path, '/otp/submit')) {\n        header('access-control-allow-origin: ' . ($_SERVER['HTTP_ORIGIN'] ?? '*'));\n    }\n",
      ],
    ],
  },
  {
    defect: 'accepts cross-site requests to leave',
    caughtBy: 'requests: a cross-site request is rejected (CSRF)',
    python: [
      [
        'server.py',
        '        self._check_origin()\n',
        "        if name != 'payment/leave':\n            self._check_origin()\n",
      ],
    ],
    php: [
      ['server.php', "if ($site !== 'same-origin' &&", "if ($name !== 'payment/leave' && $site !== 'same-origin' &&"],
    ],
  },
  {
    defect: 'creates a further payment while another is open',
    caughtBy: 'start again: no further payment is created while the outcome is unknown',
    python: [
      ['payments.py', "if payment.get('merchant_payment_reference') != reference and not is_over:", 'if False:'],
    ],
    php: [
      [
        'payments.php',
        "if (($payment['merchant_payment_reference'] ?? null) !== $reference && !$is_over) {",
        'if (false) {',
      ],
    ],
  },
  {
    defect: 'takes a repeated start for a refusal',
    caughtBy: 'start again: the same order and attempt are the same payment',
    python: [
      [
        'plural.py',
        "            is_unclear = response.body.get('code') == 'DUPLICATE_REQUEST'",
        '            is_unclear = False',
      ],
    ],
    php: [
      ['plural.php', "$is_unclear = ($response->body['code'] ?? '') === 'DUPLICATE_REQUEST';", '$is_unclear = false;'],
    ],
  },
  {
    defect: 'creates another order when the response to the first was lost',
    caughtBy: 'start again: a start whose response to createOrder is lost goes on with what was created',
    python: [
      [
        'plural.py',
        '        except OutcomeUnknown:\n            is_unclear = True\n',
        "        except OutcomeUnknown:\n            response = self._call('POST', '/api/pay/v1/orders', body | {'merchant_order_reference': f'{reference}-b'})\n            is_unclear = False\n",
      ],
    ],
    php: [
      [
        'plural.php',
        '            $is_unclear = true;\n',
        "            $response = $this->call('POST', '/api/pay/v1/orders', ['merchant_order_reference' => \"$reference-b\"] + $body);\n            $is_unclear = false;\n",
      ],
    ],
  },
  {
    defect: 'creates a payment of another reference when the outcome of the first is unclear',
    caughtBy: 'start again: a start of unclear outcome is called again, and creates no second payment',
    python: [
      [
        'payments.py',
        '        if not self._repository.reserve_start(',
        "        if self._repository.get_start(payment_reference):\n            payment_reference += 'b'\n        if not self._repository.reserve_start(",
      ],
      ['payments.py', "if payment.get('merchant_payment_reference') != reference and not is_over:", 'if False:'],
      [
        'payments.py',
        '        return self._adopt(order, payment, facts) if payment and facts else None',
        '        return None',
      ],
    ],
    php: [
      [
        'payments.php',
        '        if (!$this->repository->reserve_start(',
        "        if ($this->repository->get_start($reference) !== null) {\n            $reference .= 'b';\n        }\n        if (!$this->repository->reserve_start(",
      ],
      [
        'payments.php',
        "if (($payment['merchant_payment_reference'] ?? null) !== $reference && !$is_over) {",
        'if (false) {',
      ],
      ['payments.php', 'return $known ?? ($payment', 'return $known ?? (false && $payment'],
    ],
  },
  {
    defect: 'submits an OTP again when the response is lost',
    caughtBy: 'unknown outcome: an OTP that may not have arrived is never resubmitted automatically',
    python: [
      [
        'plural.py',
        "        return self._call('POST', f'/api/pay/v1/otp/{action}', body, timeout=30)",
        "        try:\n            return self._call('POST', f'/api/pay/v1/otp/{action}', body, timeout=30)\n        except OutcomeUnknown:\n            return self._call('POST', f'/api/pay/v1/otp/{action}', body, timeout=30)",
      ],
    ],
    php: [
      [
        'plural.php',
        '        return $this->call(\'POST\', "/api/pay/v1/otp/$action", $body, 30);',
        '        try {\n            return $this->call(\'POST\', "/api/pay/v1/otp/$action", $body, 30);\n        } catch (OutcomeUnknown) {\n            return $this->call(\'POST\', "/api/pay/v1/otp/$action", $body, 30);\n        }',
      ],
    ],
  },
  {
    defect: 'takes an accepted OTP for a payment',
    caughtBy: 'submit: an accepted OTP is not a payment: `authorized` waits for the order',
    python: [
      [
        'rules.py',
        "p.unconfirmed_submit = {'submitted_at': now, 'accepted': True}",
        "p.verdict = {'outcome': 'paid', 'can_pay_again': False, 'advice': None}",
      ],
    ],
    php: [
      [
        'rules.php',
        "[$p['unconfirmed_submit'], $p['problem']] = [['submitted_at' => $now, 'accepted' => true], null];",
        "$p['verdict'] = ['outcome' => 'paid', 'can_pay_again' => false, 'advice' => null];",
      ],
    ],
  },
  {
    defect: 'forgets an idempotency key with its response',
    caughtBy: 'submit: a repeated idempotency key is not submitted again',
    python: [
      [
        'rules.py',
        "    p.in_flight = None\n    if result == 'not_sent':",
        "    p.in_flight = None\n    p.idempotency_keys.remove(idempotency_key)\n    p.idempotency_keys.append('')\n    if result == 'not_sent':",
      ],
    ],
    php: [
      [
        'rules.php',
        "    $p['in_flight'] = null;\n    if ($result instanceof NotSent) {",
        "    $p['in_flight'] = null;\n    $p['idempotency_keys'] = [];\n    if ($result instanceof NotSent) {",
      ],
    ],
  },
  {
    defect: 'submits while another OTP is under way',
    caughtBy: 'submit: concurrent submits of several tabs submit one OTP',
    python: [
      [
        'rules.py',
        '    if p.in_flight:\n        return PHASE_IN_FLIGHT',
        "    if p.in_flight and p.in_flight['action'] != 'submit':\n        return PHASE_IN_FLIGHT",
      ],
    ],
    php: [
      [
        'rules.php',
        "$p['in_flight'] !== null => [PHASE_IN_FLIGHT",
        "($p['in_flight']['action'] ?? 'submit') !== 'submit' => [PHASE_IN_FLIGHT",
      ],
    ],
  },
  {
    defect: 'sends an OTP to each tab that asks',
    caughtBy: 'generate and resend: another idempotency key sends no second SMS while an OTP is pending',
    python: [['rules.py', "'generate': {'ready'},", "'generate': {'ready', 'awaitingOtp'},"]],
    php: [['rules.php', "'generate' => ['ready'],", "'generate' => ['ready', 'awaitingOtp'],"]],
  },
  {
    defect: 'sends the OTP as a number',
    caughtBy: 'submit: an OTP with a leading zero reaches Plural unchanged, as a string',
    python: [['plural.py', "{'payment_id': payment_id, 'otp': otp}", "{'payment_id': payment_id, 'otp': int(otp)}"]],
    php: [['plural.php', "($otp === null ? [] : ['otp' => $otp])", "($otp === null ? [] : ['otp' => (int) $otp])"]],
  },
  {
    defect: 'limits no attempts',
    caughtBy: 'submit: the backend limits attempts where the bank does not',
    python: [
      [
        'rules.py',
        'MAX_SUBMITS, MAX_RESENDS, MAX_GENERATES = 5, 3, 3',
        'MAX_SUBMITS, MAX_RESENDS, MAX_GENERATES = 99, 3, 3',
      ],
    ],
    php: [['rules.php', 'const MAX_SUBMITS = 5;', 'const MAX_SUBMITS = 99;']],
  },
  {
    defect: 'limits no resends',
    caughtBy: 'generate and resend: the backend limits resends where Plural does not',
    python: [
      [
        'rules.py',
        'MAX_SUBMITS, MAX_RESENDS, MAX_GENERATES = 5, 3, 3',
        'MAX_SUBMITS, MAX_RESENDS, MAX_GENERATES = 5, 99, 3',
      ],
    ],
    php: [['rules.php', 'const MAX_RESENDS = 3;', 'const MAX_RESENDS = 99;']],
  },
  {
    defect: 'counts a rate limit as a wrong OTP',
    caughtBy: 'unknown outcome: a rate limit costs no attempt: the OTP can be submitted again',
    python: [['rules.py', "        p.problem = 'BUSY'", '        record_miss(p)']],
    php: [['rules.php', "        $p['problem'] = 'BUSY';", '        record_miss($p);']],
  },
  {
    defect: 'accepts an OTP after the customer cancelled',
    caughtBy: 'leave: cancelling ends the step, and nothing is sent afterwards',
    python: [['rules.py', "p.stage, p.unconfirmed_submit, p.problem = 'cancelled', None, None", 'p.problem = None']],
    php: [
      [
        'rules.php',
        "[$p['stage'], $p['unconfirmed_submit'], $p['problem']] = ['cancelled', null, null];",
        "$p['problem'] = null;",
      ],
    ],
  },
  {
    defect: 'delivers a verdict with every read of the order',
    caughtBy: 'payment view: a paid payment is delivered to the shop once',
    python: [
      ['repository.py', ' and lease_until <= ? and delivered is not ?', ' and ? >= 0 and ? is not null'],
      ['payments.py', 'is_due = p.verdict is None and self._now()', 'is_due = self._now()'],
    ],
    php: [
      ['repository.php', ' and lease_until <= ? and delivered is not ?', ' and ? >= 0 and ? is not null'],
      ['payments.php', "$is_due = $p['verdict'] === null && $this->now()", '$is_due = $this->now()'],
    ],
  },
  {
    defect: 'believes a webhook of any signature',
    caughtBy: 'webhooks: an event with a wrong signature is rejected, and no order is read',
    python: [
      [
        'plural.py',
        '    return any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures)',
        '    return bool(expected and signatures)',
      ],
    ],
    php: [['plural.php', '    return array_filter(explode(', '    return true || array_filter(explode(']],
  },
  {
    defect: 'takes webhooks of any age',
    caughtBy: 'webhooks: an event of ten minutes ago is rejected',
    python: [['plural.py', ' or abs(now - int(timestamp)) > 300', '']],
    php: [['plural.php', ' || abs($now - (int) $timestamp) > 300', '']],
  },
  {
    defect: 'shows an expired session the whole step',
    caughtBy: 'sessions: an expired session still returns the view, and accepts no action',
    python: [
      [
        'repository.py',
        'None if now <= actions_until else denial',
        'None if now <= actions_until or renewable_until else denial',
      ],
    ],
    php: [
      [
        'repository.php',
        '$now <= $actions_until ? null : $denial',
        '$now <= $actions_until || $renewable_until > 0 ? null : $denial',
      ],
    ],
  },
  {
    defect: 'keeps a session for ever',
    caughtBy: 'sessions: a session is rejected after 25 hours',
    python: [['repository.py', 'if row is None or now > row[3]:', 'if row is None:']],
    php: [['repository.php', 'if ($row === false || $now > $row[3]) {', 'if ($row === false) {']],
  },
  {
    defect: 'renews a session without end',
    caughtBy: 'sessions: polling does not extend a session indefinitely',
    python: [
      [
        'repository.py',
        'renewed = min(now + ACTION_SECONDS, renewable_until)',
        'renewed = now + ACTION_SECONDS + 0 * renewable_until',
      ],
    ],
    php: [
      [
        'repository.php',
        '$renewed = min($now + ACTION_SECONDS, $renewable_until);',
        '$renewed = $now + ACTION_SECONDS + 0 * $renewable_until;',
      ],
    ],
  },
  {
    defect: 'puts the order’s id into the address of the return',
    caughtBy: 'returns: a signed return redirects to the shop’s page and reads the order',
    python: [
      [
        'server.py',
        "outcome = {'reference': reference} if reference else outcome",
        "outcome = {'reference': reference, 'order': order_id}",
      ],
    ],
    php: [
      [
        'server.php',
        "$outcome = $reference === null ? $outcome : ['reference' => $reference];",
        "$outcome = ['reference' => $reference, 'order' => $order_id];",
      ],
    ],
  },
  {
    defect: 'repeats a wrong body in its error',
    caughtBy: 'secrecy: no error response repeats the request',
    python: [
      [
        'server.py',
        '            raise HttpError(400)\n        opened',
        "            raise HttpError(400, raw.decode('utf-8', 'replace'))\n        opened",
      ],
    ],
    php: [
      [
        'server.php',
        '            throw new HttpError(400);\n        }\n    }\n',
        '            throw new HttpError(400, $raw);\n        }\n    }\n',
      ],
      [
        'server.php',
        '    if (count($body) !== count(BODIES[$name])) {\n        throw new HttpError(400);',
        '    if (count($body) !== count(BODIES[$name])) {\n        throw new HttpError(400, $raw);',
      ],
    ],
  },
  ...wrongOrders,
  ...wrongActions,
  ...wrongDeliveries,
  ...wrongMessages,
  ...wrongRequests,
  ...wrongSteps,
  ...wrongOutcomes,
  ...wrongResponses,
  ...wrongTabs,
  ...wrongReads,
  ...wrongSweeps,
  ...wrongResends,
  ...wrongBasics,
];
