/** Wrong backends that start another payment although the order does not show that it may. */
import type { WrongBackend } from '../wrong-backends.ts';
import { phpOrder, pythonOrder } from './responses.ts';

export const wrongReads: readonly WrongBackend[] = [
  {
    defect: 'takes an order that cannot be read for one without a payment',
    caughtBy: 'start again: no further payment is created while the order cannot be read',
    python: [
      [
        'payments.py',
        'started = self._find_started(self._plural.get_order(order_id), payment_reference)',
        'started = self._find_started(self._read(order_id), payment_reference)',
      ],
      [
        'payments.py',
        'self._reject_rival(self._plural.get_order(order_id), payment_reference)',
        'self._reject_rival(self._read(order_id), payment_reference)',
      ],
      [
        'payments.py',
        '    def _open(self, payment_id: str) -> dict:\n',
        '    def _read(self, order_id: str) -> dict:\n        try:\n            return self._plural.get_order(order_id)\n        except OutcomeUnknown:\n            return {}\n\n    def _open(self, payment_id: str) -> dict:\n',
      ],
    ],
    php: [
      [
        'payments.php',
        '$started = $this->find_started($this->plural->get_order($order_id), $reference);',
        '$started = $this->find_started($this->read($order_id), $reference);',
      ],
      [
        'payments.php',
        '$this->reject_rival($this->plural->get_order($order_id), $reference);',
        '$this->reject_rival($this->read($order_id), $reference);',
      ],
      [
        'payments.php',
        '    private function open(string $payment_id): array\n',
        '    private function read(string $order_id): array\n    {\n        try {\n            return $this->plural->get_order($order_id);\n        } catch (OutcomeUnknown) {\n            return [];\n        }\n    }\n\n    private function open(string $payment_id): array\n',
      ],
    ],
  },
  {
    defect: 'takes an order that cannot be found for one without a payment',
    caughtBy: 'start again: no further payment is created while the order cannot be found',
    python: [
      [
        'plural.py',
        '                return response.order\n        raise OutcomeUnknown',
        '                return response.order\n            if response.status == 404:\n                return {}\n        raise OutcomeUnknown',
      ],
    ],
    php: [
      [
        'plural.php',
        '                return $response->order();\n            }\n',
        '                return $response->order();\n            }\n            if ($response->status === 404) {\n                return [];\n            }\n',
      ],
    ],
  },
  {
    defect: 'takes an order whose payments it cannot read for one without a payment',
    caughtBy: 'start again: no further payment is created while the order has an unexpected shape',
    python: [
      ['plural.py', pythonOrder, pythonOrder.replace('else {}', "else {**order, 'payments': []} if order else {}")],
    ],
    php: [
      ['plural.php', phpOrder, phpOrder.replace(': []', ": (is_array($order) ? ['payments' => []] + $order : [])")],
    ],
  },
  {
    defect: 'asks Plural for another payment of an order that is paid',
    caughtBy: 'start again: no further payment is created after the order is paid',
    python: [['payments.py', "in ('FAILED', 'CANCELLED')", "in ('FAILED', 'CANCELLED', 'PROCESSED')"]],
    php: [
      [
        'payments.php',
        "$is_over = in_array($payment['status'] ?? '', ['FAILED', 'CANCELLED'], true)",
        "$is_over = in_array($payment['status'] ?? '', ['FAILED', 'CANCELLED', 'PROCESSED'], true)",
      ],
    ],
  },
];
