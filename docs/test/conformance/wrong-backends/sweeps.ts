/** Wrong backends that end their sweep at an order of an unexpected shape, or misread one. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonById = "payment = next((one for one in payments if one.get('id') == p.payment_id), {})";
const phpPayments = "$payments = $order['payments'] ?? [];";

export const wrongSweeps: readonly WrongBackend[] = [
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
