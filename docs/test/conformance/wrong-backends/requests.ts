/** Wrong backends that accept requests they should reject, or reject what they should accept. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonCheck = "if site != 'same-origin' and (site == 'none' or origin != self.server.origin):";
const phpCheck = "if ($site !== 'same-origin' && ($site === 'none' || $origin !== $backend->origin)) {";
const pythonType = 'if self._content_type() != JSON:';
const phpType = "if (content_type() !== 'application/json') {";
const pythonKey = "body['idempotencyKey'], body.get('otp'))";
const phpKey = "substr($name, 4), $key, $body['otp'] ?? null)";

export const wrongRequests: readonly WrongBackend[] = [
  {
    defect: 'acts on a PUT',
    caughtBy: 'requests: only POST is allowed',
    python: [['server.py', "**{name: (('POST',), 4096)", "**{name: (('POST', 'PUT'), 4096)"]],
    php: [['server.php', "(isset(BODIES[$name]) ? ['POST'] : [])", "(isset(BODIES[$name]) ? ['POST', 'PUT'] : [])"]],
  },
  {
    defect: 'ignores a slash at the end of a path',
    caughtBy: 'requests: an unknown path returns 404',
    python: [['server.py', "path.removeprefix(f'{BASE_PATH}/')", "path.removeprefix(f'{BASE_PATH}/').rstrip('/')"]],
    php: [['server.php', 'substr($path, strlen(BASE_PATH) + 1)', "rtrim(substr($path, strlen(BASE_PATH) + 1), '/')"]],
  },
  {
    defect: 'takes the content type of forms',
    caughtBy: 'requests: a form body is rejected',
    python: [['server.py', pythonType, 'if self._content_type() not in (JSON, FORM):']],
    php: [
      [
        'server.php',
        phpType,
        "if (!in_array(content_type(), ['application/json', 'application/x-www-form-urlencoded'], true)) {",
      ],
    ],
  },
  {
    defect: 'takes JSON as text/plain',
    caughtBy: 'requests: JSON with content type text/plain is rejected',
    python: [['server.py', pythonType, "if self._content_type() not in (JSON, 'text/plain'):"]],
    php: [['server.php', phpType, "if (!in_array(content_type(), ['application/json', 'text/plain'], true)) {"]],
  },
  {
    defect: 'takes a body without a content type',
    caughtBy: 'requests: a body without a content type is rejected',
    python: [['server.py', pythonType, "if self._content_type() not in (JSON, ''):"]],
    php: [['server.php', phpType, "if (!in_array(content_type(), ['application/json', ''], true)) {"]],
  },
  {
    defect: 'takes no parameters of a content type',
    caughtBy: 'requests: a content type with parameters is accepted',
    python: [['server.py', pythonType, "if self.headers.get('content-type') != JSON:"]],
    php: [['server.php', phpType, "if (($_SERVER['CONTENT_TYPE'] ?? '') !== 'application/json') {"]],
  },
  {
    defect: 'replaces invalid UTF-8',
    caughtBy: 'requests: invalid UTF-8 is rejected',
    python: [
      ['server.py', "body = json.loads(raw.decode('utf-8'))", "body = json.loads(raw.decode('utf-8', 'replace'))"],
    ],
    php: [
      [
        'server.php',
        '$object = json_decode($raw);',
        '$object = json_decode($raw, flags: JSON_INVALID_UTF8_SUBSTITUTE);',
      ],
    ],
  },
  {
    defect: 'fails at JSON that is no object',
    caughtBy: 'requests: JSON that is not an object is rejected',
    python: [['server.py', 'if not isinstance(body, dict) or set(body)', 'if set(body)']],
    php: [
      [
        'server.php',
        'is_object($object) ? get_object_vars($object) : throw new HttpError(400)',
        'get_object_vars($object)',
      ],
    ],
  },
  {
    defect: 'ignores members it does not know',
    caughtBy: 'requests: an unknown member is rejected',
    python: [
      [
        'server.py',
        "set(body) | {'entry'} != set(members) | {'entry'}",
        "not set(body) | {'entry'} >= set(members) | {'entry'}",
      ],
      ['server.py', 'm in members and members[m](value)', 'm not in members or members[m](value)'],
    ],
    php: [['server.php', 'if (count($body) !== count(BODIES[$name])) {', 'if (count($body) < count(BODIES[$name])) {']],
  },
  {
    defect: 'fails at a session that is a number',
    caughtBy: 'requests: a session that is not a string is rejected',
    python: [
      ['server.py', 'return isinstance(value, str) and 1 <= len(value) <= 4096', 'return 1 <= len(str(value)) <= 4096'],
    ],
    php: [
      [
        'server.php',
        'if (!is_string($body[$member] ?? null) || preg_match(PATTERNS[$member], $body[$member]) !== 1) {',
        "if (preg_match(PATTERNS[$member], (string) ($body[$member] ?? '')) !== 1) {",
      ],
    ],
  },
  {
    defect: 'reads a body of any size',
    caughtBy: 'requests: a body of more than 4 KiB is rejected',
    python: [['server.py', "(('POST',), 4096)", "(('POST',), 262_144)"]],
    php: [['server.php', '(MAX_BYTES[$name] ?? 4096)', '(MAX_BYTES[$name] ?? 262_144)']],
  },
  {
    defect: 'takes every request that does not say which site it comes from',
    caughtBy: 'requests: a foreign origin without Sec-Fetch-Site is rejected',
    python: [['server.py', pythonCheck, pythonCheck.replace('if ', 'if site and ')]],
    php: [['server.php', phpCheck, phpCheck.replace('if (', "if ($site !== '' && ")]],
  },
  {
    defect: 'takes requests of pages without an origin',
    caughtBy: 'requests: the origin null is rejected',
    python: [
      ['server.py', pythonCheck, pythonCheck.replace('!= self.server.origin', "not in (self.server.origin, 'null')")],
    ],
    php: [
      [
        'server.php',
        phpCheck,
        phpCheck.replace('$origin !== $backend->origin', "!in_array($origin, [$backend->origin, 'null'], true)"),
      ],
    ],
  },
  {
    defect: 'compares only the beginning of an origin',
    caughtBy: 'requests: an origin with the shop’s as a prefix is rejected',
    python: [
      [
        'server.py',
        pythonCheck,
        pythonCheck.replace('origin != self.server.origin', "not (origin or '').startswith(self.server.origin)"),
      ],
    ],
    php: [
      [
        'server.php',
        phpCheck,
        phpCheck.replace('$origin !== $backend->origin', '!str_starts_with($origin, $backend->origin)'),
      ],
    ],
  },
  {
    defect: 'takes navigations',
    caughtBy: 'requests: a navigation (Sec-Fetch-Site: none) is rejected',
    python: [['server.py', pythonCheck, pythonCheck.replace("site == 'none' or ", '')]],
    php: [['server.php', phpCheck, phpCheck.replace("$site === 'none' || ", '')]],
  },
  {
    defect: 'takes requests without an origin',
    caughtBy: 'requests: a request without Origin and Sec-Fetch-Site is rejected',
    python: [
      ['server.py', pythonCheck, pythonCheck.replace('!= self.server.origin', 'not in (self.server.origin, None)')],
    ],
    php: [
      [
        'server.php',
        phpCheck,
        phpCheck.replace('$origin !== $backend->origin', "!in_array($origin, [$backend->origin, ''], true)"),
      ],
    ],
  },
  {
    defect: 'demands Sec-Fetch-Site',
    caughtBy: 'requests: the shop’s origin without Sec-Fetch-Site is accepted',
    python: [['server.py', pythonCheck, "if site != 'same-origin' and (origin or not origin):"]],
    php: [['server.php', phpCheck, "if ($site !== 'same-origin') {"]],
  },
  {
    defect: 'takes no note on how the OTP was entered',
    caughtBy: 'submit: a note on how the OTP was entered is accepted, and changes nothing',
    python: [['server.py', "'otp': _is_otp, 'entry': _is_entry}", "'otp': _is_otp}"]],
    php: [
      [
        'server.php',
        "in_array($name, ['otp/submit', 'payment/leave'], true)",
        "in_array($name, ['payment/leave'], true)",
      ],
    ],
  },
  {
    defect: 'knows an idempotency key with its OTP alone',
    caughtBy: 'submit: a repeated idempotency key with another OTP is not submitted',
    python: [['server.py', pythonKey, "body['idempotencyKey'] + body.get('otp', ''), body.get('otp'))"]],
    php: [['server.php', phpKey, "substr($name, 4), $key . ($body['otp'] ?? ''), $body['otp'] ?? null)"]],
  },
  {
    defect: 'keeps the idempotency keys of each action apart',
    caughtBy: 'submit: an idempotency key of another action is not accepted',
    python: [['server.py', pythonKey, "name + body['idempotencyKey'], body.get('otp'))"]],
    php: [['server.php', phpKey, "substr($name, 4), $name . $key, $body['otp'] ?? null)"]],
  },
  {
    defect: 'takes a session with other characters at its end',
    caughtBy: 'sessions: a session with one changed character is rejected at every position',
    python: [['repository.py', 'hashlib.sha256(session.encode(', 'hashlib.sha256(session[:-4].encode(']],
    php: [['repository.php', "hash('sha256', $session)", "hash('sha256', substr($session, 0, -4))"]],
  },
  {
    defect: 'takes a session with spaces around it',
    caughtBy: 'sessions: every invalid session gets the same response',
    python: [['repository.py', 'hashlib.sha256(session.encode(', 'hashlib.sha256(session.strip().encode(']],
    php: [['repository.php', "hash('sha256', $session)", "hash('sha256', trim($session))"]],
  },
  {
    defect: 'reads no order for an expired session',
    caughtBy: 'sessions: a payment made after the session expired is returned as paid',
    python: [
      [
        'payments.py',
        'if self._repository.update(payment_id, claim_read)[2]:',
        "if denial != 'SESSION_EXPIRED' and self._repository.update(payment_id, claim_read)[2]:",
      ],
    ],
    php: [['payments.php', '        if ($is_due) {\n', "        if ($is_due && $denial !== 'SESSION_EXPIRED') {\n"]],
  },
  {
    defect: 'renews no session',
    caughtBy: 'sessions: a session that is polled for 20 minutes still accepts an OTP',
    python: [
      ['repository.py', 'if actions_until - ACTION_SECONDS / 2 < now <= actions_until:', 'if renewable_until < 0:'],
    ],
    php: [['repository.php', 'if ($actions_until - ACTION_SECONDS / 2 < $now &&', 'if ($renewable_until < 0 &&']],
  },
  {
    defect: 'knows its sessions until it ends',
    caughtBy: 'restart: a session and its attempts outlive the process',
    python: [
      ['repository.py', 'def _digest(', '_PROCESS = secrets.token_hex(4)\n\n\ndef _digest('],
      ['repository.py', 'hashlib.sha256(session.encode(', 'hashlib.sha256((session + _PROCESS).encode('],
    ],
    php: [['repository.php', "hash('sha256', $session)", "hash('sha256', $session . posix_getpgrp())"]],
  },
  {
    defect: 'knows its idempotency keys until it ends',
    caughtBy: 'restart: an idempotency key outlives the process',
    python: [
      [
        'payments.py',
        '        self._now, self._on_verdict = now, on_verdict\n',
        '        self._now, self._on_verdict = now, on_verdict\n        self._seen = set()\n',
      ],
      [
        'payments.py',
        '        def begin(p: Payment):\n',
        '        def begin(p: Payment):\n            if payment_id not in self._seen:\n                p.idempotency_keys = []\n            self._seen.add(payment_id)\n',
      ],
    ],
    php: [
      [
        'payments.php',
        '        $begin = function (array &$p) use ($action, $key): array {\n',
        "        $begin = function (array &$p) use ($action, $key, $payment_id): array {\n            if (@fopen(dirname(getenv('DATABASE')) . '/' . posix_getpgrp() . \".$payment_id\", 'x') !== false) {\n                $p['idempotency_keys'] = [];\n            }\n",
      ],
    ],
  },
];
