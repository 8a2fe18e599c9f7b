/** Wrong backends that mix up sessions and tabs, or do again what is under way. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonSession = 'session = secrets.token_urlsafe(32)';
const phpSession = "$session = rtrim(strtr(base64_encode(random_bytes(32)), '+/', '-_'), '=');";
const insert = "'insert into sessions values";
const insertOrReplace = "'insert or replace into sessions values";
const pythonKeys =
  '    if idempotency_key in p.idempotency_keys or current_phase(p, now)[0] not in ALLOWED_PHASES[action]:';
const phpKeys = '    if ($is_known || !in_array(current_phase($p, $now)[0], ALLOWED_PHASES[$action], true)) {';

/** Calls again for a key whose call is under way. */
const callAgain = (action: string): Pick<WrongBackend, 'python' | 'php'> => ({
  python: [
    [
      'rules.py',
      pythonKeys,
      `    is_again = p.in_flight == {**(p.in_flight or {}), 'action': '${action}', 'idempotency_key': idempotency_key}\n${pythonKeys.replace('if ', 'if not is_again and (').replace(']:', ']):')}`,
    ],
  ],
  php: [
    [
      'rules.php',
      phpKeys,
      `    $is_again = [$p['in_flight']['action'] ?? '', $p['in_flight']['idempotency_key'] ?? ''] === ['${action}', $key];\n${phpKeys.replace('if (', 'if (!$is_again && (').replace(') {', ')) {')}`,
    ],
  ],
});

/** Sends, and writes down afterwards what it sent. */
const writeAfterwards: Pick<WrongBackend, 'python' | 'php'> = {
  python: [
    ['payments.py', 'return call, (call, problem)', 'return False, (call, problem)'],
    [
      'payments.py',
      "is_current = p.in_flight is not None and p.in_flight['idempotency_key'] == idempotency_key",
      'is_current = rules.begin_action(p, action, idempotency_key, self._now())[0]',
    ],
  ],
  php: [
    ['payments.php', 'return [$begun[0], $begun];', 'return [false, $begun];'],
    [
      'payments.php',
      "$is_current = ($p['in_flight']['idempotency_key'] ?? null) === $key;",
      '$is_current = begin_action($p, $action, $key, $this->now())[0];',
    ],
  ],
};

export const wrongTabs: readonly WrongBackend[] = [
  {
    defect: 'uses an MD5 digest of the payment’s id as its session',
    caughtBy: 'sessions: a session cannot be guessed from others, nor from what is known of the payment',
    python: [
      ['repository.py', pythonSession, 'session = hashlib.md5(payment_id.encode()).hexdigest()'],
      ['repository.py', insert, insertOrReplace],
    ],
    php: [
      ['repository.php', phpSession, '$session = md5($payment_id);'],
      ['repository.php', insert, insertOrReplace],
    ],
  },
  {
    defect: 'numbers its sessions behind a secret of the shop',
    caughtBy: 'sessions: the sessions before and after a session are rejected',
    python: [
      [
        'repository.py',
        pythonSession,
        'with closing(self._connect()) as db:\n            session = f"{_digest(self._path)}-{db.execute(\'select count(*) from sessions\').fetchone()[0]}"',
      ],
    ],
    php: [
      [
        'repository.php',
        phpSession,
        "$session = hash('sha256', getenv('DATABASE')) . '-' . $this->list('select count(*) from sessions')[0];",
      ],
    ],
  },
  {
    defect: 'puts the session into the address of the bank’s page',
    caughtBy: 'sessions: no URL in a view contains the session',
    python: [
      [
        'server.py',
        '            return payments.get_view(*opened)\n',
        "            view = payments.get_view(*opened)\n            return view | {'challengeUrl': f\"{view['challengeUrl']}#{body['session']}\"}\n",
      ],
    ],
    php: [
      [
        'server.php',
        "'payment' => $backend->payments->get_view($payment_id, $denial),",
        "'payment' => (function (array $view) use ($body): array {\n            $view['challengeUrl'] .= \"#{$body['session']}\";\n            return $view;\n        })($backend->payments->get_view($payment_id, $denial)),",
      ],
    ],
  },
  {
    defect: 'ends the first session of a payment with its next action',
    caughtBy: 'sessions: the first session stays valid in another tab',
    python: [
      [
        'server.py',
        "        return payments.perform_action(*opened, name.removeprefix('otp/'), body['idempotencyKey'], body.get('otp'))",
        "        view = payments.perform_action(*opened, name.removeprefix('otp/'), body['idempotencyKey'], body.get('otp'))\n        session = self.server.repository.create_session(opened[0], self.server.now())\n        return view | {'session': self.server.repository.replace(body['session'], session)}",
      ],
      [
        'repository.py',
        '    def open_session(self',
        "    def replace(self, old: str, new: str) -> str:\n        with closing(self._connect()) as db:\n            db.execute('delete from sessions where digest = ?', (_digest(old),))\n        return new\n\n    def open_session(self",
      ],
    ],
    php: [
      [
        'server.php',
        "default => $backend->payments->perform_action($payment_id, $denial, substr($name, 4), $key, $body['otp'] ?? null),",
        "default => ['session' => $backend->repository->replace($body['session'], $payment_id, $backend->now())]\n            + $backend->payments->perform_action($payment_id, $denial, substr($name, 4), $key, $body['otp'] ?? null),",
      ],
      [
        'repository.php',
        '    public function create_session(',
        "    public function replace(string $old, string $payment_id, float $now): string\n    {\n        $this->run('delete from sessions where digest = ?', [session_digest($old)]);\n        return $this->create_session($payment_id, $now);\n    }\n\n    public function create_session(",
      ],
    ],
  },
  {
    defect: 'opens the latest payment with every session',
    caughtBy: 'payment view: a session of one payment has no effect on another',
    python: [
      [
        'repository.py',
        '            payment_id, actions_until, renewable_until, _ = row\n',
        "            payment_id, actions_until, renewable_until, _ = row\n            payment_id = db.execute('select payment_id from payments order by rowid desc limit 1').fetchone()[0]\n",
      ],
    ],
    php: [
      [
        'repository.php',
        '        [$payment_id, $actions_until, $renewable_until] = $row;\n',
        "        [$payment_id, $actions_until, $renewable_until] = $row;\n        $payment_id = $this->list('select payment_id from payments order by rowid desc limit 1')[0];\n",
      ],
    ],
  },
  {
    defect: 'says only once that an OTP was not accepted',
    caughtBy: 'payment view: a second tab shows the same payment',
    python: [
      [
        'payments.py',
        '            self.reconcile(payment_id)\n        return self._view(payment_id, denial)',
        "            self.reconcile(payment_id)\n        view = self._view(payment_id, denial)\n        return {name: member for name, member in view.items() if name != 'problem'}",
      ],
    ],
    php: [
      [
        'payments.php',
        '            $this->reconcile($payment_id);\n        }\n        return $this->view($payment_id, $denial);',
        "            $this->reconcile($payment_id);\n        }\n        return array_diff_key($this->view($payment_id, $denial), ['problem' => null]);",
      ],
    ],
  },
  {
    defect: 'cancels a payment that was made',
    caughtBy: 'payment view: a final phase never changes',
    python: [
      ['rules.py', 'idempotency_key in p.idempotency_keys or p.verdict:', 'idempotency_key in p.idempotency_keys:'],
      [
        'rules.py',
        "{'ready', 'awaitingOtp', 'unresolved'}\n        if changed",
        "{'ready', 'awaitingOtp', 'unresolved', 'authorized'}\n        if changed",
      ],
      ['rules.py', "'cancelled', None, None\n", "'cancelled', None, None\n            p.verdict = None\n"],
    ],
    php: [
      [
        'rules.php',
        "in_array($key, $p['idempotency_keys'], true) || $p['verdict'] !== null)",
        "in_array($key, $p['idempotency_keys'], true))",
      ],
      [
        'rules.php',
        "['ready', 'awaitingOtp', 'unresolved'], true);\n        if ($changed)",
        "['ready', 'awaitingOtp', 'unresolved', 'authorized'], true);\n        if ($changed)",
      ],
      [
        'rules.php',
        "= ['cancelled', null, null];\n",
        "= ['cancelled', null, null];\n            $p['verdict'] = null;\n",
      ],
    ],
  },
  {
    defect: 'leaves for the bank’s page with each request',
    caughtBy: 'leave: a repeated idempotency key leaves once',
    python: [
      [
        'rules.py',
        "if to == 'away' or idempotency_key in p.idempotency_keys or p.verdict:",
        "if to == 'away' or p.verdict:",
      ],
      ['rules.py', 'changed, p.left_for_bank = not p.left_for_bank, True', 'changed, p.left_for_bank = True, True'],
    ],
    php: [
      ['rules.php', "if ($to === 'away' || in_array($key, $p['idempotency_keys'], true) ||", "if ($to === 'away' ||"],
      ['rules.php', "= [!$p['left_for_bank'], true];", '= [true, true];'],
    ],
  },
  {
    defect: 'generates an OTP again for a key whose call is under way',
    caughtBy: 'generate and resend: concurrent requests with one idempotency key send one SMS',
    ...callAgain('generate'),
  },
  {
    defect: 'submits an OTP again for a key whose call is under way',
    caughtBy: 'submit: concurrent requests with one idempotency key submit once',
    ...callAgain('submit'),
  },
  {
    defect: 'has an SMS sent first and writes it down afterwards',
    caughtBy: 'restart: an SMS that was under way at a crash is not sent again',
    ...writeAfterwards,
  },
  {
    defect: 'numbers its payments anew after a restart',
    caughtBy: 'restart: a start that was under way at a crash is found again',
    python: [
      ['payments.py', '_REFERENCE_ALPHABET = ', '_STARTED = time.time_ns()\n_REFERENCE_ALPHABET = '],
      [
        'payments.py',
        "        amount = {'value': value, 'currency': 'INR'}\n",
        "        amount = {'value': value, 'currency': 'INR'}\n        payment_reference = f'{payment_reference}-{_STARTED}'\n",
      ],
    ],
    php: [
      [
        'payments.php',
        "        $amount = ['value' => $value, 'currency' => 'INR'];\n",
        "        $amount = ['value' => $value, 'currency' => 'INR'];\n        $reference .= '-' . posix_getpgrp();\n",
      ],
    ],
  },
];
