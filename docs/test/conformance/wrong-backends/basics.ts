/** Wrong backends that miss what a page relies on first: the step as it is, and the address it returns to. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonReturned =
  "        self._send(303, None, {'location': f'{self.server.origin}/order?{urlencode(outcome)}'})";
const phpReturned =
  "    return [303, null, ['location' => $backend->origin . '/order?' . http_build_query($outcome)]];";
const noHeaderLeads = 'returns: a return never redirects to an address in its fields or headers';

export const wrongBasics: readonly WrongBackend[] = [
  {
    defect: 'has an SMS sent as a payment starts',
    caughtBy: 'start: a payment starts with a view of the contract, and no OTP is sent automatically',
    python: [
      [
        'payments.py',
        '        return self._open(self._adopt(order, payment, facts))',
        "        payment_id = self._adopt(order, payment, facts)\n        self._plural.otp('generate', payment_id)\n        return self._open(payment_id)",
      ],
    ],
    php: [
      [
        'payments.php',
        '        return $this->open($this->adopt($order, $payment, $facts));',
        "        $payment_id = $this->adopt($order, $payment, $facts);\n        $this->plural->otp('generate', $payment_id, null);\n        return $this->open($payment_id);",
      ],
    ],
  },
  {
    defect: 'offers to check a payment that is paid',
    caughtBy: 'submit: the correct OTP pays',
    python: [
      [
        'rules.py',
        "        'ready': [*redirect, 'check'],\n",
        "        'ready': [*redirect, 'check'],\n        'authorized': ['check'],\n",
      ],
    ],
    php: [
      [
        'rules.php',
        "        'ready' => [...$redirect, 'check'],\n",
        "        'ready' => [...$redirect, 'check'],\n        'authorized' => ['check'],\n",
      ],
    ],
  },
  {
    defect: 'fails while Plural is unavailable',
    caughtBy: 'unknown outcome: the browser gets a valid response while Plural is unavailable',
    python: [
      [
        'payments.py',
        '        except OutcomeUnknown:\n            return False\n        # Due',
        "        except OutcomeUnknown:\n            raise RuntimeError('no order') from None\n        # Due",
      ],
    ],
    php: [
      [
        'payments.php',
        '        } catch (OutcomeUnknown) {\n            return false;\n        }\n        $edit',
        "        } catch (OutcomeUnknown) {\n            throw new RuntimeException('no order');\n        }\n        $edit",
      ],
    ],
  },
  {
    defect: 'has one revision for every view',
    caughtBy: 'payment view: the revision never decreases, and increases with each change',
    python: [['repository.py', '                    revision += 1\n', '                    revision += 0\n']],
    php: [['repository.php', '                $revision += 1;\n', '                $revision += 0;\n']],
  },
  {
    defect: 'does not say that the customer left for the bank’s page',
    caughtBy: 'leave: leaving for the bank’s page is recorded and calls nothing',
    python: [['rules.py', '    if p.left_for_bank and phase not in FINAL_PHASES:', '    if False:']],
    php: [['rules.php', "'leftForBank' => $p['left_for_bank'] && ", "'leftForBank' => false && "]],
  },
  {
    defect: 'does not know a pre-authorized order',
    caughtBy: 'order: an authorization of a pre-authorized order is a payment',
    python: [['rules.py', " or (status == order_status and order.get('pre_auth') is True)", '']],
    php: [['rules.php', " || ($status === $order_status && ($order['pre_auth'] ?? null) === true)", '']],
  },
  {
    defect: 'takes a payment that was cancelled for an open one',
    caughtBy: 'order: a payment that is CANCELLED has failed, and the next attempt may follow while its order is open',
    python: [['rules.py', "    elif status in {'FAILED', 'CANCELLED'} or", "    elif status in {'FAILED'} or"]],
    php: [['rules.php', "in_array($status, ['FAILED', 'CANCELLED'], true)", "in_array($status, ['FAILED'], true)"]],
  },
  {
    defect: 'redirects to the host that a proxy is said to have been asked for',
    caughtBy: noHeaderLeads,
    python: [
      [
        'server.py',
        pythonReturned,
        `        host = self.headers.get('x-forwarded-host')\n${pythonReturned.replace("f'{self.server.origin}", "('https://' + host if host else self.server.origin) + f'")}`,
      ],
    ],
    php: [
      [
        'server.php',
        phpReturned,
        `    $host = $_SERVER['HTTP_X_FORWARDED_HOST'] ?? null;\n${phpReturned.replace('$backend->origin', '($host === null ? $backend->origin : "https://$host")')}`,
      ],
    ],
  },
  {
    defect: 'redirects to the host in the header Forwarded',
    caughtBy: noHeaderLeads,
    python: [
      [
        'server.py',
        pythonReturned,
        `        host = re.search('host=([^;,]+)', self.headers.get('forwarded') or '')\n${pythonReturned.replace("f'{self.server.origin}", "('https://' + host[1] if host else self.server.origin) + f'")}`,
      ],
    ],
    php: [
      [
        'server.php',
        phpReturned,
        `    $is_named = preg_match('/host=([^;,]+)/', $_SERVER['HTTP_FORWARDED'] ?? '', $host);\n${phpReturned.replace('$backend->origin', '($is_named ? "https://$host[1]" : $backend->origin)')}`,
      ],
    ],
  },
  {
    defect: 'redirects to the host that it was asked for',
    caughtBy: noHeaderLeads,
    python: [
      [
        'server.py',
        pythonReturned,
        pythonReturned.replace("f'{self.server.origin}", "'http://' + self.headers.get('host') + f'"),
      ],
    ],
    php: [['server.php', phpReturned, phpReturned.replace('$backend->origin', "'http://' . $_SERVER['HTTP_HOST']")]],
  },
];
