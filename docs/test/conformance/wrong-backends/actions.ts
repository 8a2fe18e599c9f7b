/** Wrong backends that send an OTP too often, or give attempts back. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonCall = "        return self._call('POST', f'/api/pay/v1/otp/{action}', body, timeout=30)";
const phpCall = '        return $this->call(\'POST\', "/api/pay/v1/otp/$action", $body, 30);';
/** Start of the name of a file that a wrong backend in PHP writes next to its database. */
const phpFile = "dirname(getenv('DATABASE')) . '/'";

export const wrongActions: readonly WrongBackend[] = [
  {
    defect: 'gives the attempts back with a reload',
    caughtBy: 'submit: a reload gives no attempt back',
    python: [
      [
        'payments.py',
        '                p.order_read_at = self._now()\n',
        '                p.order_read_at = self._now()\n                p.submits = 0\n',
      ],
    ],
    php: [
      [
        'payments.php',
        "$p['order_read_at'] = $is_due ? $this->now() : $p['order_read_at'];",
        "[$p['order_read_at'], $p['submits']] = $is_due ? [$this->now(), 0] : [$p['order_read_at'], $p['submits']];",
      ],
    ],
  },
  {
    defect: 'gives the attempts back when the customer leaves for the bank’s page',
    caughtBy: 'submit: leaving for the bank’s page gives no attempt back',
    python: [
      [
        'rules.py',
        'changed, p.left_for_bank = not p.left_for_bank, True',
        'changed, p.left_for_bank, p.submits = True, True, 0',
      ],
    ],
    php: [
      [
        'rules.php',
        "[$changed, $p['left_for_bank']] = [!$p['left_for_bank'], true];",
        "[$changed, $p['left_for_bank'], $p['submits']] = [true, true, 0];",
      ],
    ],
  },
  {
    defect: 'gives the attempts back with a new session',
    caughtBy: 'submit: a new session of the payment gives no attempt back',
    python: [
      [
        'payments.py',
        '        session = self._repository.create_session(payment_id, self._now())\n',
        "        self._repository.update(payment_id, lambda p: (setattr(p, 'submits', 0) is None, None))\n        session = self._repository.create_session(payment_id, self._now())\n",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $session = $this->repository->create_session($payment_id, $this->now());\n',
        "        $this->repository->update($payment_id, function (array &$p): array {\n            $p['submits'] = 0;\n            return [true, null];\n        });\n        $session = $this->repository->create_session($payment_id, $this->now());\n",
      ],
    ],
  },
  {
    defect: 'gives an attempt back whose response was lost',
    caughtBy: 'submit: a lost response gives no attempt back',
    python: [
      [
        'rules.py',
        "        p.unconfirmed_submit, p.problem = {'submitted_at': now, 'accepted': False}, None\n    else",
        "        p.unconfirmed_submit, p.problem = {'submitted_at': now, 'accepted': False}, None\n        p.submits -= 1\n    else",
      ],
    ],
    php: [
      [
        'rules.php',
        "        [$p['unconfirmed_submit'], $p['problem']] = [['submitted_at' => $now, 'accepted' => false], null];\n",
        "        [$p['unconfirmed_submit'], $p['problem']] = [['submitted_at' => $now, 'accepted' => false], null];\n        $p['submits'] -= 1;\n",
      ],
    ],
  },
  {
    defect: 'counts attempts in the memory of its process',
    caughtBy: 'restart: a restart gives no attempt back',
    python: [
      [
        'payments.py',
        '        self._now, self._on_verdict = now, on_verdict\n',
        '        self._now, self._on_verdict = now, on_verdict\n        self._seen = set()\n',
      ],
      [
        'payments.py',
        '        def begin(p: Payment):\n',
        '        def begin(p: Payment):\n            if payment_id not in self._seen:\n                p.submits = 0\n            self._seen.add(payment_id)\n',
      ],
    ],
    php: [
      [
        'payments.php',
        '        $begin = function (array &$p) use ($action, $key): array {\n',
        `        $begin = function (array &$p) use ($action, $key, $payment_id): array {\n            if (@fopen(${phpFile} . posix_getpgrp() . ".$payment_id", 'x') !== false) {\n                $p['submits'] = 0;\n            }\n`,
      ],
    ],
  },
  {
    defect: 'gives the resends back with a reload',
    caughtBy: 'generate and resend: the backend limits resends where Plural does not',
    python: [
      [
        'payments.py',
        '                p.order_read_at = self._now()\n',
        '                p.order_read_at = self._now()\n                p.resends = 0\n',
      ],
    ],
    php: [
      [
        'payments.php',
        "$p['order_read_at'] = $is_due ? $this->now() : $p['order_read_at'];",
        "[$p['order_read_at'], $p['resends']] = $is_due ? [$this->now(), 0] : [$p['order_read_at'], $p['resends']];",
      ],
    ],
  },
  {
    defect: 'remembers the latest idempotency key alone',
    caughtBy: 'submit: an idempotency key is known after other actions, and ten minutes later',
    python: [
      [
        'rules.py',
        '    p.idempotency_keys.append(idempotency_key)\n    p.in_flight',
        '    p.idempotency_keys = [idempotency_key]\n    p.in_flight',
      ],
    ],
    php: [
      [
        'rules.php',
        "    $p['idempotency_keys'][] = $key;\n    $p['in_flight']",
        "    $p['idempotency_keys'] = [$key];\n    $p['in_flight']",
      ],
    ],
  },
  {
    defect: 'forgets idempotency keys after five minutes',
    caughtBy: 'submit: an idempotency key is known after other actions, and ten minutes later',
    python: [
      [
        'rules.py',
        '    if idempotency_key in p.idempotency_keys or',
        '    if p.resend_at and now > p.resend_at + 300:\n        p.idempotency_keys = []\n    if idempotency_key in p.idempotency_keys or',
      ],
    ],
    php: [
      [
        'rules.php',
        "    $is_known = in_array($key, $p['idempotency_keys'], true);",
        "    $is_known = in_array($key, $p['idempotency_keys'], true) && $now < $p['resend_at'] + 300;",
      ],
    ],
  },
  {
    defect: 'keeps the idempotency keys of all payments in one table',
    caughtBy: 'generate and resend: an idempotency key of another payment shows nothing of that payment',
    python: [
      [
        'payments.py',
        '            return self._view(payment_id, denial)\n\n        def begin',
        "            return self._view(payment_id, denial)\n        self._keys = getattr(self, '_keys', {})\n        if self._keys.setdefault(idempotency_key, payment_id) != payment_id:\n            return self._view(self._keys[idempotency_key], denial)\n\n        def begin",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $begin = function (array &$p) use ($action, $key): array {\n',
        `        $seen = ${phpFile} . $key;\n        if (is_file($seen)) {\n            return $this->view(file_get_contents($seen), null);\n        }\n        file_put_contents($seen, $payment_id);\n        $begin = function (array &$p) use ($action, $key): array {\n`,
      ],
    ],
  },
  {
    defect: 'sends a resend again when the response is lost',
    caughtBy: 'generate and resend: a resend whose response is lost is not sent again',
    python: [
      [
        'plural.py',
        pythonCall,
        `        try:\n    ${pythonCall}\n        except OutcomeUnknown:\n            if action != 'resend':\n                raise\n    ${pythonCall}`,
      ],
    ],
    php: [
      [
        'plural.php',
        phpCall,
        `        try {\n    ${phpCall}\n        } catch (OutcomeUnknown $error) {\n            if ($action !== 'resend') {\n                throw $error;\n            }\n    ${phpCall}\n        }`,
      ],
    ],
  },
  {
    defect: 'generates an OTP again when the response is lost',
    caughtBy: 'generate and resend: a lost response is reported as OTP_MAYBE_NOT_SENT and not retried',
    python: [
      [
        'plural.py',
        pythonCall,
        `        try:\n    ${pythonCall}\n        except OutcomeUnknown:\n            if action != 'generate':\n                raise\n    ${pythonCall}`,
      ],
    ],
    php: [
      [
        'plural.php',
        phpCall,
        `        try {\n    ${phpCall}\n        } catch (OutcomeUnknown $error) {\n            if ($action !== 'generate') {\n                throw $error;\n            }\n    ${phpCall}\n        }`,
      ],
    ],
  },
  {
    defect: 'submits an OTP while a resend is under way',
    caughtBy: 'generate and resend: no OTP is submitted while a resend is under way',
    python: [
      [
        'rules.py',
        '    if p.in_flight:\n        return PHASE_IN_FLIGHT',
        "    if p.in_flight and p.in_flight['action'] != 'resend':\n        return PHASE_IN_FLIGHT",
      ],
    ],
    php: [
      [
        'rules.php',
        "$p['in_flight'] !== null => [PHASE_IN_FLIGHT",
        "($p['in_flight']['action'] ?? 'resend') !== 'resend' => [PHASE_IN_FLIGHT",
      ],
    ],
  },
  {
    defect: 'takes another OTP after ten seconds without an outcome',
    caughtBy: 'unknown outcome: no OTP is taken for most of a minute while the outcome of one is unknown',
    python: [['rules.py', 'CONFIRM_SECONDS = 60', 'CONFIRM_SECONDS = 10']],
    php: [['rules.php', 'CONFIRM_SECONDS = 60', 'CONFIRM_SECONDS = 10']],
  },
  {
    defect: 'waits ten minutes for an outcome',
    caughtBy: 'unknown outcome: after a minute without an outcome the customer may submit again, and pays once',
    python: [['rules.py', 'CONFIRM_SECONDS = 60', 'CONFIRM_SECONDS = 600']],
    php: [['rules.php', 'CONFIRM_SECONDS = 60', 'CONFIRM_SECONDS = 600']],
  },

  {
    defect: 'sends a key of unknown outcome again',
    caughtBy: 'unknown outcome: an idempotency key of unknown outcome is never sent again',
    python: [
      [
        'rules.py',
        'if idempotency_key in p.idempotency_keys or',
        "if (idempotency_key in p.idempotency_keys and current_phase(p, now)[0] != 'unresolved') or",
      ],
    ],
    php: [
      [
        'rules.php',
        "$is_known = in_array($key, $p['idempotency_keys'], true);",
        "$is_known = in_array($key, $p['idempotency_keys'], true) && current_phase($p, $now)[0] !== 'unresolved';",
      ],
    ],
  },
  {
    defect: 'follows a redirect of Plural with the OTP',
    caughtBy: 'unknown outcome: a redirect is not followed with the OTP',
    python: [
      [
        'plural.py',
        '            if len(raw) > _MAX_RESPONSE_BYTES or',
        '            if status == 307:\n                return self._send(method, response.headers["location"], body, timeout, token)\n            if len(raw) > _MAX_RESPONSE_BYTES or',
      ],
    ],
    php: [['plural.php', 'CURLOPT_FOLLOWLOCATION => false,', 'CURLOPT_FOLLOWLOCATION => true,']],
  },
  {
    defect: 'takes a rejection of its access token for a wrong OTP',
    caughtBy: 'unknown outcome: a rejection of the shop’s access token is not a wrong OTP',
    python: [
      [
        'rules.py',
        "        p.problem = 'INTERNAL'  # The shop's credentials were rejected, not the OTP.",
        '        record_miss(p)',
      ],
    ],
    php: [
      [
        'rules.php',
        "        $p['problem'] = 'INTERNAL'; // The shop's credentials were rejected, not the OTP.",
        '        record_miss($p);',
      ],
    ],
  },
  {
    defect: 'takes a rate limit for a card without native OTP',
    caughtBy: 'generate and resend: a rate limit is not a rejection: an OTP can be generated again',
    python: [
      ['rules.py', '    if response.status == 429:\n', "    if response.status == 429 and action != 'generate':\n"],
    ],
    php: [
      ['rules.php', 'if ($response->status === 429) {', "if ($response->status === 429 && $action !== 'generate') {"],
    ],
  },
  {
    defect: 'takes an action for dead after two seconds',
    caughtBy: 'generate and resend: an action that takes seconds is not taken for one that died',
    python: [['rules.py', 'ACTION_TIMEOUT_SECONDS = 35', 'ACTION_TIMEOUT_SECONDS = 2']],
    php: [['rules.php', 'ACTION_TIMEOUT_SECONDS = 35', 'ACTION_TIMEOUT_SECONDS = 2']],
  },
];
