/** Wrong backends that start a payment twice, or deliver a verdict never, twice or wrongly. */
import type { WrongBackend } from '../wrong-backends.ts';

export const wrongDeliveries: readonly WrongBackend[] = [
  {
    defect: 'takes an order in any currency under its reference',
    caughtBy: 'start again: an order in another currency under the same reference is refused',
    python: [
      [
        'plural.py',
        "response.order.get('order_amount') != amount",
        "response.order.get('order_amount', {}).get('value') != amount['value']",
      ],
    ],
    php: [['plural.php', '$found !== array_values($amount)', "$found[0] !== $amount['value']"]],
  },
  {
    defect: 'creates a payment for each of several attempts at once',
    caughtBy: 'start again: attempts of an order at once create one payment',
    python: [
      ['repository.py', 'payment_reference <> ?1 and started_at', 'payment_reference <> ?1 and 0 and started_at'],
    ],
    php: [
      ['repository.php', 'payment_reference <> :ref and started_at', 'payment_reference <> :ref and 0 and started_at'],
    ],
  },
  {
    defect: 'looks only at the first payment of an order before it creates another',
    caughtBy: 'start again: after a decline no third payment is created while the second is open',
    python: [
      [
        'payments.py',
        "for payment in order.get('payments') or []:",
        "for payment in (order.get('payments') or [])[:1]:",
      ],
    ],
    php: [
      [
        'payments.php',
        "foreach ($order['payments'] ?? [] as $payment)",
        "foreach (array_slice($order['payments'] ?? [], 0, 1) as $payment)",
      ],
    ],
  },
  {
    defect: 'ends its sweep at the first order that cannot be read',
    caughtBy: 'sweep: an order that cannot be read keeps no other from being delivered',
    python: [
      [
        'payments.py',
        '            self._try_check(self._check, payment_id)\n',
        '            self._check(payment_id)\n            if not self.reconcile(payment_id):\n                break\n',
      ],
    ],
    php: [
      [
        'payments.php',
        '            $this->try_check(fn() => $this->check($payment_id));\n',
        '            $this->check($payment_id);\n            if (!$this->reconcile($payment_id)) {\n                break;\n            }\n',
      ],
    ],
  },
  {
    defect: 'gives a payment up after two hours',
    caughtBy: 'sweep: a payment made three hours after the tab was closed is delivered',
    python: [['payments.py', 'ends=age > 72 * 3600', 'ends=age > 7200']],
    php: [['payments.php', 'ends: $age > 72 * 3600', 'ends: $age > 7200']],
  },
  {
    defect: 'delivers a payment as failed that is open after twenty minutes',
    caughtBy: 'sweep: an open payment is not delivered as failed because it is old',
    python: [
      [
        'payments.py',
        '        self.reconcile(payment_id)\n\n    def get_reference',
        "        self.reconcile(payment_id)\n        if age > 1200 and self._repository.get(payment_id)[0].verdict is None:\n            self._on_verdict(p.order_id, payment_id, 'failed')\n\n    def get_reference",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $this->reconcile($payment_id);\n    }\n',
        "        $this->reconcile($payment_id);\n        if ($age > 1200 && $this->repository->get($payment_id)[0]['verdict'] === null) {\n            ($this->on_verdict)($p['order_id'], $payment_id, 'failed');\n        }\n    }\n",
      ],
    ],
  },
  {
    defect: 'never looks at a declined payment again',
    caughtBy: 'sweep: a decline that turns out to be a payment is delivered by a sweep',
    python: [['payments.py', "ends=outcome == 'paid'", 'ends=True']],
    php: [['payments.php', "ends: $outcome === 'paid'", 'ends: true']],
  },
  {
    defect: 'takes a verdict for delivered that the shop failed to take',
    caughtBy: 'sweep: a verdict that the shop failed to take is delivered again',
    python: [
      [
        'payments.py',
        '                self._repository.finish_delivery(payment_id, None)\n                return False\n',
        '                pass\n',
      ],
    ],
    php: [
      [
        'payments.php',
        '                $this->repository->finish_delivery($payment_id, null);\n                return false;\n',
        '',
      ],
    ],
  },
  {
    defect: 'delivers verdicts again after a restart',
    caughtBy: 'restart: a verdict outlives the process, and is not delivered again',
    python: [
      [
        'repository.py',
        '            db.executescript(_SCHEMA)',
        "            db.executescript(_SCHEMA)\n            db.execute('update payments set delivered = null, due_at = 0 where delivered is not null')",
      ],
    ],
    php: [
      [
        'repository.php',
        '        return $this->run($sql, [$now + 60, $payment_id, $now, $outcome])->rowCount() === 1;',
        "        return @fopen(dirname(getenv('DATABASE')) . '/' . posix_getpgrp() . \".$payment_id.$outcome\", 'x') !== false;",
      ],
      ['payments.php', "$this->now() + 3600, ends: $outcome === 'paid'", '$this->now() + 60, ends: false'],
    ],
  },
  {
    defect: 'delivers a verdict with each request that found none before',
    caughtBy: 'webhooks: events at once deliver a payment once',
    python: [
      [
        'payments.py',
        '        p, _ = self._repository.get(payment_id)\n        try:\n',
        '        p, _ = self._repository.get(payment_id)\n        was_open = p.verdict is None\n        try:\n',
      ],
      [
        'payments.py',
        '        if self._repository.claim_delivery(',
        '        if was_open or self._repository.claim_delivery(',
      ],
    ],
    php: [
      [
        'payments.php',
        '        [$p] = $this->repository->get($payment_id);\n        try {\n',
        "        [$p] = $this->repository->get($payment_id);\n        $was_open = $p['verdict'] === null;\n        try {\n",
      ],
      [
        'payments.php',
        'if ($outcome !== null && $this->repository->claim_delivery($payment_id, $outcome, $this->now())) {',
        'if ($outcome !== null && ($was_open || $this->repository->claim_delivery($payment_id, $outcome, $this->now()))) {',
      ],
    ],
  },

  {
    defect: 'creates a payment while one that the customer cancelled here may still be paid',
    caughtBy: 'start again: no further payment is created while one that was given up here may still be paid',
    python: [
      [
        'payments.py',
        "is_over = payment.get('status') in ('FAILED', 'CANCELLED')",
        "is_over = payment.get('status') in ('FAILED', 'CANCELLED') or self._repository.get(payment['id'])[0].stage == 'cancelled'",
      ],
    ],
    php: [
      [
        'payments.php',
        "$is_over = in_array($payment['status'] ?? '', ['FAILED', 'CANCELLED'], true);",
        "$is_over = in_array($payment['status'] ?? '', ['FAILED', 'CANCELLED'], true) || $this->repository->get($payment['id'])[0]['stage'] === 'cancelled';",
      ],
    ],
  },
  {
    defect: 'sweeps no payment that was cancelled here',
    caughtBy: 'sweep: a payment is delivered in whatever step its tab was closed',
    python: [
      [
        'payments.py',
        '        self.reconcile(payment_id)\n\n    def get_reference',
        "        if p.stage != 'cancelled':\n            self.reconcile(payment_id)\n\n    def get_reference",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $this->reconcile($payment_id);\n    }\n',
        "        if ($p['stage'] !== 'cancelled') {\n            $this->reconcile($payment_id);\n        }\n    }\n",
      ],
    ],
  },
  {
    defect: 'sweeps no payment without an OTP',
    caughtBy: 'sweep: a payment is delivered in whatever step its tab was closed',
    python: [
      [
        'payments.py',
        '        self.reconcile(payment_id)\n\n    def get_reference',
        "        if p.stage != 'ready':\n            self.reconcile(payment_id)\n\n    def get_reference",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $this->reconcile($payment_id);\n    }\n',
        "        if ($p['stage'] !== 'ready') {\n            $this->reconcile($payment_id);\n        }\n    }\n",
      ],
    ],
  },
  {
    defect: 'reads no order once its attempts are used',
    caughtBy: 'payment view: a payment made at the bank after the last attempt here is shown as paid',
    python: [
      [
        'payments.py',
        'is_due = p.verdict is None and',
        'is_due = p.verdict is None and p.submits < rules.MAX_SUBMITS and',
      ],
    ],
    php: [
      [
        'payments.php',
        "$is_due = $p['verdict'] === null &&",
        "$is_due = $p['verdict'] === null && $p['submits'] < MAX_SUBMITS &&",
      ],
    ],
  },
  {
    defect: 'tells the shop what a webhook says',
    caughtBy: 'webhooks: a signed event that reports success is not a payment: the order decides',
    python: [
      [
        'server.py',
        '        if isinstance(order_id, str) and not self',
        "        for payment_id in self.server.repository.ids_by_order(order_id) if event_type == 'ORDER_PROCESSED' else []:\n            self.server.on_verdict(order_id, payment_id, 'paid')\n        if isinstance(order_id, str) and not self",
      ],
    ],
    php: [
      [
        'server.php',
        '    if ($is_about_order &&',
        "    foreach ($type === 'ORDER_PROCESSED' ? $backend->repository->ids_by_order($order_id) : [] as $payment_id) {\n        $backend->repository->add_verdict($payment_id, 'paid');\n    }\n    if ($is_about_order &&",
      ],
    ],
  },
  {
    defect: 'tells the shop of a failure that a webhook reports',
    caughtBy: 'webhooks: a signed event that reports a failure is not one: the order decides',
    python: [
      [
        'server.py',
        '        if isinstance(order_id, str) and not self',
        "        for payment_id in self.server.repository.ids_by_order(order_id) if event_type == 'ORDER_FAILED' else []:\n            self.server.on_verdict(order_id, payment_id, 'failed')\n        if isinstance(order_id, str) and not self",
      ],
    ],
    php: [
      [
        'server.php',
        '    if ($is_about_order &&',
        "    foreach ($type === 'ORDER_FAILED' ? $backend->repository->ids_by_order($order_id) : [] as $payment_id) {\n        $backend->repository->add_verdict($payment_id, 'failed');\n    }\n    if ($is_about_order &&",
      ],
    ],
  },
  {
    defect: 'tells the shop what a return says',
    caughtBy: 'returns: a signed return that reports success is not a payment: the order decides',
    python: [
      [
        'server.py',
        "            outcome = {'problem': 'unconfirmed'}\n",
        "            outcome = {'problem': 'unconfirmed'}\n            for payment_id in self.server.repository.ids_by_order(order_id) if dict(fields)['status'] == 'PROCESSED' else []:\n                self.server.on_verdict(order_id, payment_id, 'paid')\n",
      ],
    ],
    php: [
      [
        'server.php',
        "        $outcome = ['problem' => 'unconfirmed'];\n",
        "        $outcome = ['problem' => 'unconfirmed'];\n        $ids = array_column($fields, 1, 0)['status'] === 'PROCESSED' ? $backend->repository->ids_by_order($order_id) : [];\n        foreach ($ids as $payment_id) {\n            $backend->repository->add_verdict($payment_id, 'paid');\n        }\n",
      ],
    ],
  },
  {
    defect: 'tells the shop of a failure that a return reports',
    caughtBy: 'returns: a signed return that reports a failure is not one: the order decides',
    python: [
      [
        'server.py',
        "            outcome = {'problem': 'unconfirmed'}\n",
        "            outcome = {'problem': 'unconfirmed'}\n            for payment_id in self.server.repository.ids_by_order(order_id) if dict(fields)['status'] == 'FAILED' else []:\n                self.server.on_verdict(order_id, payment_id, 'failed')\n",
      ],
    ],
    php: [
      [
        'server.php',
        "        $outcome = ['problem' => 'unconfirmed'];\n",
        "        $outcome = ['problem' => 'unconfirmed'];\n        $ids = array_column($fields, 1, 0)['status'] === 'FAILED' ? $backend->repository->ids_by_order($order_id) : [];\n        foreach ($ids as $payment_id) {\n            $backend->repository->add_verdict($payment_id, 'failed');\n        }\n",
      ],
    ],
  },
];
