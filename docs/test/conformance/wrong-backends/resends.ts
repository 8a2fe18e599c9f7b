/** Wrong backends that send more SMS than they may: again after a failure, or beyond the limit of resends. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonCall = "        return self._call('POST', f'/api/pay/v1/otp/{action}', body, timeout=30)";
const phpCall = '        return $this->call(\'POST\', "/api/pay/v1/otp/$action", $body, 30);';
const pythonErrors = '        except (OSError, ValueError, RecursionError, http.client.HTTPException):';

/** Calls again when a gateway failed, or when the body of the response cannot be read. */
const callAgain = (action: string, failure: 'gateway' | 'body'): Pick<WrongBackend, 'python' | 'php'> => ({
  python: [
    [
      'plural.py',
      pythonCall,
      `        try:\n    ${pythonCall}\n        except OutcomeUnknown as error:\n            if action != '${action}' or str(error) != '${failure}':\n                raise\n    ${pythonCall}`,
    ],
    [
      'plural.py',
      '300 <= status < 400:\n                raise OutcomeUnknown\n',
      "300 <= status < 400:\n                raise OutcomeUnknown('gateway')\n",
    ],
    [
      'plural.py',
      pythonErrors,
      `        except ValueError:\n            raise OutcomeUnknown('body') from None\n${pythonErrors}`,
    ],
  ],
  php: [
    [
      'plural.php',
      phpCall,
      `        try {\n    ${phpCall}\n        } catch (OutcomeUnknown $error) {\n            if ($action !== '${action}' || $error->getMessage() !== '${failure}') {\n                throw $error;\n            }\n    ${phpCall}\n        }`,
    ],
    [
      'plural.php',
      '!is_array($parsed)) {\n            throw new OutcomeUnknown();',
      "!is_array($parsed)) {\n            throw new OutcomeUnknown($status >= 500 ? 'gateway' : (curl_errno($curl) === 0 ? 'body' : 'lost'));",
    ],
  ],
});

export const wrongResends: readonly WrongBackend[] = [
  {
    defect: 'generates an OTP again when a gateway failed',
    caughtBy: 'generate and resend: an SMS is sent once when the response to generate fails',
    ...callAgain('generate', 'gateway'),
  },
  {
    defect: 'generates an OTP again when it cannot read the response',
    caughtBy: 'generate and resend: an SMS is sent once when the response to generate fails',
    ...callAgain('generate', 'body'),
  },
  {
    defect: 'sends a resend again when a gateway failed',
    caughtBy: 'generate and resend: an SMS is sent once when the response to a resend fails',
    ...callAgain('resend', 'gateway'),
  },
  {
    defect: 'sends a resend again when it cannot read the response',
    caughtBy: 'generate and resend: an SMS is sent once when the response to a resend fails',
    ...callAgain('resend', 'body'),
  },
  {
    defect: 'gives the resends back with a wrong OTP',
    caughtBy: 'generate and resend: a wrong OTP gives no resend back',
    python: [['rules.py', '    p.misses += 1\n', '    p.misses += 1\n    p.resends = 0\n']],
    php: [['rules.php', "    $p['misses'] += 1;\n", "    $p['misses'] += 1;\n    $p['resends'] = 0;\n"]],
  },
  {
    defect: 'gives the resends back when the customer leaves for the bank’s page',
    caughtBy: 'generate and resend: leaving for the bank’s page gives no resend back',
    python: [
      [
        'rules.py',
        'changed, p.left_for_bank = not p.left_for_bank, True',
        'changed, p.left_for_bank, p.resends = True, True, 0',
      ],
    ],
    php: [
      [
        'rules.php',
        "[$changed, $p['left_for_bank']] = [!$p['left_for_bank'], true];",
        "[$changed, $p['left_for_bank'], $p['resends']] = [true, true, 0];",
      ],
    ],
  },
  {
    defect: 'gives the resends back with a new session',
    caughtBy: 'generate and resend: a new session of the payment gives no resend back',
    python: [
      [
        'payments.py',
        '        session = self._repository.create_session(payment_id, self._now())\n',
        "        self._repository.update(payment_id, lambda p: (setattr(p, 'resends', 0) is None, None))\n        session = self._repository.create_session(payment_id, self._now())\n",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $session = $this->repository->create_session($payment_id, $this->now());\n',
        "        $this->repository->update($payment_id, function (array &$p): array {\n            $p['resends'] = 0;\n            return [true, null];\n        });\n        $session = $this->repository->create_session($payment_id, $this->now());\n",
      ],
    ],
  },
  {
    defect: 'gives a resend back whose response was lost',
    caughtBy: 'generate and resend: a lost response gives no resend back',
    python: [
      [
        'rules.py',
        "        _mark_maybe_sent(p, now if action == 'generate' else now + 30)\n",
        "        _mark_maybe_sent(p, now if action == 'generate' else now + 30)\n        p.resends -= action == 'resend'\n",
      ],
    ],
    php: [
      [
        'rules.php',
        "        mark_maybe_sent($p, $action === 'generate' ? $now : $now + 30);\n",
        "        mark_maybe_sent($p, $action === 'generate' ? $now : $now + 30);\n        $p['resends'] -= (int) ($action === 'resend');\n",
      ],
    ],
  },
  {
    defect: 'counts resends in the memory of its process',
    caughtBy: 'restart: a restart gives no resend back',
    python: [
      [
        'payments.py',
        '        def begin(p: Payment):\n',
        "        self._seen = getattr(self, '_seen', set())\n\n        def begin(p: Payment):\n            if payment_id not in self._seen:\n                p.resends = 0\n            self._seen.add(payment_id)\n",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $begin = function (array &$p) use ($action, $key): array {\n',
        "        $begin = function (array &$p) use ($action, $key, $payment_id): array {\n            if (@fopen(dirname(getenv('DATABASE')) . '/' . posix_getpgrp() . \".$payment_id\", 'x') !== false) {\n                $p['resends'] = 0;\n            }\n",
      ],
    ],
  },
];
