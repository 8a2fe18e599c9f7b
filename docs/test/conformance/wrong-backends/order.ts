/** Wrong backends that read an order otherwise than the table of docs/contract.md says. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonAmount = "(amount.get('value'), amount.get('currency')) == (p.value, p.currency)";
const phpAmount = "[$amount['value'] ?? null, $amount['currency'] ?? null] === [$p['value'], $p['currency']]";
const pythonFailed =
  "    elif status in {'FAILED', 'CANCELLED'} or (order_status == 'FAILED' and status == 'PENDING'):";
const phpFailed =
  "    } elseif (in_array($status, ['FAILED', 'CANCELLED'], true) || [$order_status, $status] === ['FAILED', 'PENDING']) {";

export const wrongOrders: readonly WrongBackend[] = [
  {
    defect: 'takes a payment in any currency for paid',
    caughtBy: 'order: a payment in another currency is not a payment',
    python: [['rules.py', pythonAmount, "amount.get('value') == p.value"]],
    php: [['rules.php', phpAmount, "($amount['value'] ?? null) === $p['value']"]],
  },
  {
    defect: 'takes a payment of a larger amount for paid',
    caughtBy: 'order: a payment of a larger amount is not a payment',
    python: [['rules.py', pythonAmount, "amount.get('value', 0) >= p.value and amount.get('currency') == p.currency"]],
    php: [
      [
        'rules.php',
        phpAmount,
        "($amount['value'] ?? 0) >= $p['value'] && ($amount['currency'] ?? null) === $p['currency']",
      ],
    ],
  },
  {
    defect: 'takes an authorization for a payment',
    caughtBy: 'order: an authorization is not a payment where the order is not pre-authorized',
    python: [
      [
        'rules.py',
        "captured or (status == order_status and order.get('pre_auth') is True)",
        'captured or status == order_status',
      ],
    ],
    php: [
      [
        'rules.php',
        "$captured || ($status === $order_status && ($order['pre_auth'] ?? null) === true)",
        '$captured || $status === $order_status',
      ],
    ],
  },
  {
    defect: 'takes an authorization in a PROCESSED order for a payment',
    caughtBy: 'order: an authorization is not a payment where the order is not pre-authorized',
    python: [
      [
        'rules.py',
        "captured = status == 'PROCESSED' and order_status in PAID_ORDER_STATUSES",
        'captured = order_status in PAID_ORDER_STATUSES',
      ],
    ],
    php: [['rules.php', "$captured = $status === 'PROCESSED' && in_array", '$captured = in_array']],
  },
  {
    defect: 'asks only the payment whether it is paid',
    caughtBy: 'order: a payment that is PROCESSED is not one before its order is',
    python: [
      [
        'rules.py',
        "captured = status == 'PROCESSED' and order_status in PAID_ORDER_STATUSES",
        "captured = status == 'PROCESSED' and order_status != 'FAILED'",
      ],
    ],
    php: [
      [
        'rules.php',
        "$captured = $status === 'PROCESSED' && in_array($order_status, PAID_ORDER_STATUSES, true);",
        "$captured = $status === 'PROCESSED' && $order_status !== 'FAILED';",
      ],
    ],
  },
  {
    defect: 'takes an order that failed for the end of a payment that was made',
    caughtBy: 'order: a payment that is PROCESSED has not failed with its order',
    python: [
      [
        'rules.py',
        "    if order_status == 'CANCELLED':",
        "    if order_status == 'FAILED':\n        p.verdict = {'outcome': 'failed', 'can_pay_again': False, 'advice': None}\n    elif order_status == 'CANCELLED':",
      ],
    ],
    php: [
      [
        'rules.php',
        "    if ($order_status === 'CANCELLED') {",
        "    if ($order_status === 'FAILED') {\n        $p['verdict'] = ['outcome' => 'failed', 'can_pay_again' => false, 'advice' => null];\n    } elseif ($order_status === 'CANCELLED') {",
      ],
    ],
  },
  {
    defect: 'takes a status it does not know for a decline',
    caughtBy: 'order: a status that is not known decides nothing',
    python: [['rules.py', pythonFailed, pythonFailed.replace("in {'FAILED', 'CANCELLED'}", "not in {'PENDING', ''}")]],
    php: [
      [
        'rules.php',
        phpFailed,
        phpFailed.replace(
          "in_array($status, ['FAILED', 'CANCELLED'], true)",
          "!in_array($status, ['PENDING', ''], true)",
        ),
      ],
    ],
  },
  {
    defect: 'takes a payment that its order lacks for a decline',
    caughtBy: 'order: an order without the payment decides nothing about it',
    python: [['rules.py', pythonFailed, pythonFailed.replace("'CANCELLED'}", "'CANCELLED', ''}")]],
    php: [['rules.php', phpFailed, phpFailed.replace("'CANCELLED']", "'CANCELLED', '']")]],
  },
  {
    defect: 'takes the money of any payment of the order for its own',
    caughtBy: 'order: an order that another payment has paid is not paid by this one',
    python: [
      [
        'rules.py',
        'one for one in payments if one.get',
        "one for one in sorted(payments, key=lambda q: q.get('status') != 'PROCESSED') if one.get('status') == 'PROCESSED' or one.get",
      ],
    ],
    php: [
      [
        'rules.php',
        '    $status = to_upper(',
        "    $paid = array_filter($payments, fn($one) => ($one['status'] ?? '') === 'PROCESSED');\n    $payment = reset($paid) ?: $payment;\n    $status = to_upper(",
      ],
    ],
  },
  {
    defect: 'goes on although another payment has paid the order',
    caughtBy: 'order: no OTP is sent for an order that another payment has paid',
    python: [['rules.py', '        p.superseded = True\n', '        pass\n']],
    php: [['rules.php', "$p['superseded'] = true;", "$p['superseded'] = false;"]],
  },
  {
    defect: 'goes on although the order was cancelled',
    caughtBy: 'order: an order that is CANCELLED ends the step, although its payment is PENDING',
    python: [['rules.py', "    if order_status == 'CANCELLED':", '    if False:']],
    php: [['rules.php', "    if ($order_status === 'CANCELLED') {", '    if (false) {']],
  },
  {
    defect: 'goes on although the order failed',
    caughtBy: 'order: an order that is FAILED ends the step, although its payment is PENDING',
    python: [['rules.py', " or (order_status == 'FAILED' and status == 'PENDING')", '']],
    php: [['rules.php', " || [$order_status, $status] === ['FAILED', 'PENDING']", '']],
  },
  {
    defect: 'does not know a refunded order for a paid one',
    caughtBy: 'order: a payment that was refunded before anybody asked was paid',
    python: [['rules.py', "= {'PROCESSED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED'}", "= {'PROCESSED'}"]],
    php: [['rules.php', "= ['PROCESSED', 'PARTIALLY_REFUNDED', 'FULLY_REFUNDED'];", "= ['PROCESSED'];"]],
  },
  {
    defect: 'takes a payment back when its order changes',
    caughtBy: 'order: a paid payment stays paid, whatever its order shows later',
    python: [
      [
        'rules.py',
        "    if p.verdict and p.verdict['outcome'] == 'paid':\n        return False",
        '    if False:\n        return False',
      ],
    ],
    php: [
      ['rules.php', "    if ($p['verdict'] !== null && $p['verdict']['outcome'] === 'paid') {", '    if (false) {'],
    ],
  },
  {
    defect: 'reads no order of a declined payment when a webhook comes',
    caughtBy: 'order: a decline that turns out to be a payment is delivered as paid',
    python: [
      [
        'payments.py',
        'for payment_id in self._repository.ids_by_order(order_id)])',
        'for payment_id in self._repository.ids_by_order(order_id) if not self._repository.get(payment_id)[0].verdict])',
      ],
    ],
    php: [
      [
        'payments.php',
        'array_map($this->reconcile(...), $this->repository->ids_by_order($order_id))',
        "array_map($this->reconcile(...), array_filter($this->repository->ids_by_order($order_id), fn($id) => $this->repository->get($id)[0]['verdict'] === null))",
      ],
    ],
  },
  {
    defect: 'takes an order that cannot be found for a cancelled one',
    caughtBy: 'order: an order that cannot be found or read decides nothing',
    python: [
      [
        'plural.py',
        '                return response.order\n        raise OutcomeUnknown',
        "                return response.order\n            if response.status == 404:\n                return {'order_id': order_id, 'status': 'CANCELLED'}\n        raise OutcomeUnknown",
      ],
    ],
    php: [
      [
        'plural.php',
        '                return $response->order();\n            }\n',
        "                return $response->order();\n            }\n            if ($response->status === 404) {\n                return ['order_id' => $order_id, 'status' => 'CANCELLED'];\n            }\n",
      ],
    ],
  },
];
