/** Wrong backends that give a payment or a verdict up, or end their sweep. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonById = "payment = next((one for one in payments if one.get('id') == p.payment_id), {})";
const phpPayments = "$payments = $order['payments'] ?? [];";

export const wrongSweeps: readonly WrongBackend[] = [
  {
    defect: 'gives a payment up after two days',
    caughtBy: 'sweep: a payment made two days and a half after the tab was closed is delivered',
    python: [['payments.py', 'ends=age > 72 * 3600', 'ends=age > 48 * 3600']],
    php: [['payments.php', 'ends: $age > 72 * 3600', 'ends: $age > 48 * 3600']],
  },
  {
    defect: 'gives a verdict up that the shop failed to take three times',
    caughtBy: 'sweep: a verdict that the shop failed to take five times in a day is delivered again',
    python: [
      [
        'payments.py',
        '                self._repository.finish_delivery(payment_id, None)\n',
        "                self._failures = [*getattr(self, '_failures', []), payment_id]\n                is_given_up = self._failures.count(payment_id) >= 3\n                self._repository.finish_delivery(payment_id, outcome if is_given_up else None)\n",
      ],
    ],
    php: [
      [
        'payments.php',
        '                $this->repository->finish_delivery($payment_id, null);\n',
        "                $failures = dirname(getenv('DATABASE')) . \"/$payment_id\";\n                file_put_contents($failures, '.', FILE_APPEND);\n                $this->repository->finish_delivery($payment_id, filesize($failures) >= 3 ? $outcome : null);\n",
      ],
    ],
  },
  {
    defect: 'ends its checks although a verdict is undelivered',
    caughtBy: 'sweep: a verdict of the third day that the shop fails to take until the fourth is delivered again',
    python: [['repository.py', " and delivered is json_extract(record, '$.verdict.outcome')", '']],
    php: [['repository.php', " and delivered is json_extract(record, '$.verdict.outcome')", '']],
  },
  {
    defect: 'ends its sweep at an order whose members it cannot read',
    caughtBy: 'sweep: an order of an unexpected shape keeps no other from being delivered',
    python: [
      ['rules.py', pythonById, "payment = {one.get('id'): one for one in payments}.get(p.payment_id, {})"],
      [
        'payments.py',
        "            print(f'a check of the sweep failed: {type(error).__name__}', file=sys.stderr)\n",
        '            raise\n',
      ],
    ],
    php: [
      ['rules.php', phpPayments, "$payments = array_column($order['payments'] ?? [], null, 'id');"],
      ['payments.php', "error_log('a check of the sweep failed: ' . $error::class);", 'throw $error;'],
    ],
  },
  {
    defect: 'fails at a payment whose id is no text',
    caughtBy: 'order: a member of an unexpected shape decides nothing, and is no error of the backend',
    python: [['rules.py', pythonById, "payment = {one.get('id'): one for one in payments}.get(p.payment_id, {})"]],
    php: [['rules.php', phpPayments, "$payments = array_column($order['payments'] ?? [], null, 'id');"]],
  },
  {
    defect: 'takes an amount that it cannot read for the right one',
    caughtBy: 'order: a member of an unexpected shape decides nothing, and is no error of the backend',
    python: [
      [
        'rules.py',
        "(amount.get('value'), amount.get('currency')) ==",
        "(amount.get('value', p.value), amount.get('currency', p.currency)) ==",
      ],
    ],
    php: [
      [
        'rules.php',
        "[$amount['value'] ?? null, $amount['currency'] ?? null] ===",
        "[$amount['value'] ?? $p['value'], $amount['currency'] ?? $p['currency']] ===",
      ],
    ],
  },
  {
    defect: 'fails at a reason that is no object',
    caughtBy: 'order: a reason of an unexpected shape is no error of the backend',
    python: [['rules.py', "as_object(payment.get('error_detail'))", "(payment.get('error_detail') or {})"]],
    php: [
      [
        'rules.php',
        "to_upper($payment['error_detail']['code'] ?? null)",
        "strtoupper($payment['error_detail']['code'] ?? '')",
      ],
    ],
  },
];
