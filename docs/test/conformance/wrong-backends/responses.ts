/** Wrong backends that fail at a response of an unexpected shape, or take it for something else. */
import type { WrongBackend } from '../wrong-backends.ts';

const unexpectedOrder = 'order: an order of an unexpected shape decides nothing, and is no error of the backend';
export const pythonOrder =
  'return order if isinstance(payments, list) and all(isinstance(p, dict) for p in payments) else {}';
export const phpOrder =
  'return is_array($payments) && array_filter($payments, is_array(...)) === $payments ? $order : [];';

export const wrongResponses: readonly WrongBackend[] = [
  {
    defect: 'fails at an order that is no object',
    caughtBy: unexpectedOrder,
    python: [['plural.py', pythonOrder, 'return order']],
    php: [['plural.php', phpOrder, 'return $order;']],
  },
  {
    defect: 'fails at an order whose payments are no list',
    caughtBy: unexpectedOrder,
    python: [['plural.py', pythonOrder, 'return order if isinstance(order, dict) else {}']],
    php: [['plural.php', phpOrder, 'return is_array($order) ? $order : [];']],
  },
  {
    defect: 'fails at next steps that are no list',
    caughtBy: 'unknown outcome: a response of an unexpected shape is no error of the backend, and no payment',
    python: [['plural.py', 'return steps if isinstance(steps, list) else []', 'return steps or []']],
    php: [
      [
        'plural.php',
        "return is_array($this->body['next'] ?? null) ? $this->body['next'] : [];",
        "return $this->body['next'] ?? [];",
      ],
    ],
  },
  {
    defect: 'takes an error in a 200 response for a payment',
    caughtBy: 'unknown outcome: an error in a 200 response is not an acceptance',
    python: [
      [
        'rules.py',
        "    if result == 'unknown' or",
        "    if action == 'submit' and result != 'unknown' and result.status == 200 and not result.ok:\n        p.verdict = {'outcome': 'paid', 'can_pay_again': False, 'advice': None}\n        return False\n    if result == 'unknown' or",
      ],
    ],
    php: [
      [
        'rules.php',
        '    } elseif ($result instanceof OutcomeUnknown || (',
        "    } elseif ($action === 'submit' && $result instanceof Response && $result->status === 200 && !$result->ok()) {\n        $p['verdict'] = ['outcome' => 'paid', 'can_pay_again' => false, 'advice' => null];\n    } elseif ($result instanceof OutcomeUnknown || (",
      ],
    ],
  },
  {
    defect: 'takes an expired OTP for the last attempt',
    caughtBy: 'submit: an expired OTP is reported as not accepted, and the next one pays',
    python: [
      [
        'rules.py',
        "    elif 'NONE' in response.next:",
        "    elif 'NONE' in response.next or 'expired' in str(response.body.get('message')):",
      ],
    ],
    php: [
      [
        'rules.php',
        "    } elseif (in_array('NONE', $response->next(), true)) {",
        "    } elseif (in_array('NONE', $response->next(), true) || str_contains($response->body['message'] ?? '', 'expired')) {",
      ],
    ],
  },
  {
    defect: 'offers a bank’s page behind the name of another host',
    caughtBy: 'start: no other host than Plural’s is offered as the bank’s page',
    python: [
      [
        'plural.py',
        'return given.netloc == expected.netloc and',
        'return (given.hostname, given.port) == (expected.hostname, expected.port) and',
      ],
    ],
    php: [['plural.php', "            && !isset($given['user'])\n", '']],
  },
  {
    defect: 'looks for payments alone as it sweeps',
    caughtBy: 'sweep: a decline after the tab was closed is delivered as failed',
    python: [
      [
        'payments.py',
        '        self.reconcile(payment_id)\n\n    def get_reference',
        "        payments = self._plural.get_order(p.order_id)['payments']\n        if any(payment['status'] == 'PROCESSED' for payment in payments):\n            self.reconcile(payment_id)\n\n    def get_reference",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $this->reconcile($payment_id);\n    }\n',
        "        $statuses = array_column($this->plural->get_order($p['order_id'])['payments'], 'status');\n        if (in_array('PROCESSED', $statuses, true)) {\n            $this->reconcile($payment_id);\n        }\n    }\n",
      ],
    ],
  },
  {
    defect: 'takes a verdict for delivered before the shop has it',
    caughtBy: 'restart: a verdict that the shop was taking at a crash is delivered again',
    python: [
      [
        'repository.py',
        "'update payments set lease_until = ? where payment_id = ? and lease_until <= ? and delivered is not ?',",
        "'update payments set lease_until = ?1, delivered = ?4 where payment_id = ?2 and lease_until <= ?3 and delivered is not ?4',",
      ],
      ['repository.py', 'delivered = coalesce(?, delivered) where', 'delivered = ? where'],
    ],
    php: [
      [
        'repository.php',
        "$sql = 'update payments set lease_until = ? where payment_id = ? and lease_until <= ? and delivered is not ?';",
        "$sql = 'update payments set lease_until = ?1, delivered = ?4 where payment_id = ?2 and lease_until <= ?3 and delivered is not ?4';",
      ],
      ['repository.php', 'delivered = coalesce(?, delivered) where', 'delivered = ? where'],
    ],
  },
];
