/** Wrong backends that take a lost response for an answer, or do a thing once more. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonSweep = '        self.reconcile(payment_id)\n\n    def get_reference';
const phpSweep = '        $this->reconcile($payment_id);\n    }\n';
const pythonErrors = '        except (OSError, ValueError, RecursionError, http.client.HTTPException):';
const phpConnect = 'if (curl_errno($curl) === CURLE_COULDNT_CONNECT) {';
const pythonOver = "is_over = payment.get('status') in ('FAILED', 'CANCELLED')";
const phpOver = "$is_over = in_array($payment['status'] ?? '', ['FAILED', 'CANCELLED'], true)";
const pythonLimits = 'MAX_SUBMITS, MAX_RESENDS, MAX_GENERATES = 5, 3, 3';
const pythonReturned = '                reference = payments.get_reference(order_id)\n';
const phpReturned = '            $reference = $backend->payments->get_reference($order_id);\n';

export const wrongOutcomes: readonly WrongBackend[] = [
  {
    defect: 'starts a payment of its own while another request starts it',
    caughtBy: 'start again: starts at once create one payment',
    python: [
      [
        'payments.py',
        '            return self._open(self._await_start(order_id, payment_reference))',
        '            payment_reference += secrets.token_hex(2)',
      ],
      ['payments.py', "if payment.get('merchant_payment_reference') != reference and not is_over:", 'if False:'],
    ],
    php: [
      [
        'payments.php',
        '            return $this->open($this->await_start($order_id, $reference));',
        '            $reference .= bin2hex(random_bytes(2));',
      ],
      [
        'payments.php',
        "if (($payment['merchant_payment_reference'] ?? null) !== $reference && !$is_over) {",
        'if (false) {',
      ],
    ],
  },
  {
    defect: 'creates a payment while another one waits for its OTP',
    caughtBy: 'start again: no further payment is created while an OTP is pending',
    python: [
      ['payments.py', pythonOver, `${pythonOver} or self._repository.get(payment['id'])[0].unconfirmed_submit is None`],
    ],
    php: [
      [
        'payments.php',
        phpOver,
        `${phpOver} || $this->repository->get($payment['id'])[0]['unconfirmed_submit'] === null`,
      ],
    ],
  },
  {
    defect: 'sweeps no payment whose OTP was accepted',
    caughtBy: 'sweep: an OTP that was accepted as the tab was closed is delivered as paid',
    python: [['payments.py', pythonSweep, `        if p.unconfirmed_submit is None:\n    ${pythonSweep}`]],
    php: [
      [
        'payments.php',
        phpSweep,
        "        if ($p['unconfirmed_submit'] === null) {\n            $this->reconcile($payment_id);\n        }\n    }\n",
      ],
    ],
  },
  {
    defect: 'generates each OTP twice',
    caughtBy: 'generate and resend: one request sends one SMS',
    python: [
      [
        'payments.py',
        '            result = self._plural.otp(action, payment_id, otp)\n',
        "            if action == 'generate':\n                self._plural.otp(action, payment_id)\n            result = self._plural.otp(action, payment_id, otp)\n",
      ],
    ],
    php: [
      [
        'payments.php',
        '            $result = $this->plural->otp($action, $payment_id, $otp);\n',
        "            if ($action === 'generate') {\n                $this->plural->otp($action, $payment_id, null);\n            }\n            $result = $this->plural->otp($action, $payment_id, $otp);\n",
      ],
    ],
  },
  {
    defect: 'generates an OTP again for a repeated key',
    caughtBy: 'generate and resend: a repeated idempotency key sends no second SMS',
    python: [
      [
        'rules.py',
        '    if idempotency_key in p.idempotency_keys or',
        "    if action == 'generate' and idempotency_key in p.idempotency_keys and not p.in_flight:\n        p.stage = 'ready'\n        p.idempotency_keys.remove(idempotency_key)\n    if idempotency_key in p.idempotency_keys or",
      ],
    ],
    php: [
      [
        'rules.php',
        "    $is_known = in_array($key, $p['idempotency_keys'], true);",
        "    if ($action === 'generate' && in_array($key, $p['idempotency_keys'], true) && $p['in_flight'] === null) {\n        [$p['stage'], $p['idempotency_keys']] = ['ready', []];\n    }\n    $is_known = in_array($key, $p['idempotency_keys'], true);",
      ],
    ],
  },
  {
    defect: 'generates an OTP for each tab while another is under way',
    caughtBy: 'generate and resend: concurrent requests of three tabs send one SMS',
    python: [['rules.py', "'generate': {'ready'},", "'generate': {'ready', 'generating'},"]],
    php: [['rules.php', "'generate' => ['ready'],", "'generate' => ['ready', 'generating'],"]],
  },
  {
    defect: 'asks for a resend with each view',
    caughtBy: 'generate and resend: a reload sends no SMS and returns the same step',
    python: [
      [
        'payments.py',
        '        if self._repository.update(payment_id, claim_read)[2]:',
        "        if self._repository.get(payment_id)[0].stage == 'awaitingOtp':\n            self._plural.otp('resend', payment_id)\n        if self._repository.update(payment_id, claim_read)[2]:",
      ],
    ],
    php: [
      [
        'payments.php',
        '        if ($is_due) {\n',
        "        if ($this->repository->get($payment_id)[0]['stage'] === 'awaitingOtp') {\n            $this->plural->otp('resend', $payment_id, null);\n        }\n        if ($is_due) {\n",
      ],
    ],
  },
  {
    defect: 'sends no resend',
    caughtBy: 'generate and resend: a resend after its time sends a second SMS',
    python: [['rules.py', pythonLimits, pythonLimits.replace('5, 3', '5, 0')]],
    php: [['rules.php', 'const MAX_RESENDS = 3;', 'const MAX_RESENDS = 0;']],
  },
  {
    defect: 'resends for each tab while another resend is under way',
    caughtBy: 'generate and resend: concurrent resends of two tabs send one SMS',
    python: [
      ['rules.py', "'resend': {'awaitingOtp', 'unresolved'},", "'resend': {'awaitingOtp', 'unresolved', 'resending'},"],
    ],
    php: [
      [
        'rules.php',
        "'resend' => ['awaitingOtp', 'unresolved'],",
        "'resend' => ['awaitingOtp', 'unresolved', 'resending'],",
      ],
    ],
  },
  {
    defect: 'does not say that an OTP was wrong',
    caughtBy: 'submit: a wrong OTP is reported and counted, and another may follow',
    python: [
      [
        'rules.py',
        "p.unconfirmed_submit, p.problem = None, 'OTP_NOT_ACCEPTED'",
        "p.unconfirmed_submit, p.problem = None, 'BUSY'",
      ],
    ],
    php: [['rules.php', "= [null, 'OTP_NOT_ACCEPTED'];", "= [null, 'BUSY'];"]],
  },
  {
    defect: 'submits an OTP after the last attempt',
    caughtBy: 'submit: no call is made after the end',
    python: [
      ['rules.py', "'submit': {'awaitingOtp', 'unresolved'},", "'submit': {'awaitingOtp', 'unresolved', 'exhausted'},"],
    ],
    php: [
      [
        'rules.php',
        "'submit' => ['awaitingOtp', 'unresolved'],",
        "'submit' => ['awaitingOtp', 'unresolved', 'exhausted'],",
      ],
    ],
  },
  {
    defect: 'submits an OTP of a paid payment',
    caughtBy: 'payment view: a second tab cannot pay again',
    python: [
      [
        'rules.py',
        "'submit': {'awaitingOtp', 'unresolved'},",
        "'submit': {'awaitingOtp', 'unresolved', 'authorized'},",
      ],
    ],
    php: [
      [
        'rules.php',
        "'submit' => ['awaitingOtp', 'unresolved'],",
        "'submit' => ['awaitingOtp', 'unresolved', 'authorized'],",
      ],
    ],
  },
  {
    defect: 'takes a lost response for a call that was not sent',
    caughtBy: 'unknown outcome: a correct OTP is submitted once and paid when the response is lost',
    python: [
      [
        'plural.py',
        pythonErrors,
        `        except ConnectionResetError:\n            raise NotSent from None\n${pythonErrors}`,
      ],
    ],
    php: [
      [
        'plural.php',
        phpConnect,
        'if (in_array(curl_errno($curl), [CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING, CURLE_RECV_ERROR], true)) {',
      ],
    ],
  },
  {
    defect: 'takes a response that is cut off for a call that was not sent',
    caughtBy: 'unknown outcome: a correct OTP is submitted once and paid when the response is cut off',
    python: [
      [
        'plural.py',
        pythonErrors,
        `        except (http.client.IncompleteRead, ConnectionResetError):\n            raise NotSent from None\n${pythonErrors}`,
      ],
    ],
    php: [
      [
        'plural.php',
        phpConnect,
        'if (in_array(curl_errno($curl), [CURLE_COULDNT_CONNECT, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR], true)) {',
      ],
    ],
  },
  {
    defect: 'takes an HTML page for a call that was not sent',
    caughtBy: 'unknown outcome: a correct OTP is submitted once and paid when the response is an HTML page',
    python: [
      [
        'plural.py',
        '                status = response.status\n',
        "                status = response.status\n                if 'html' in response.headers.get('content-type', ''):\n                    raise NotSent\n",
      ],
    ],
    php: [
      [
        'plural.php',
        phpConnect,
        "if (curl_errno($curl) === CURLE_COULDNT_CONNECT || str_contains((string) curl_getinfo($curl, CURLINFO_CONTENT_TYPE), 'html')) {",
      ],
    ],
  },
  {
    defect: 'does not learn from the order that an OTP was wrong',
    caughtBy: 'unknown outcome: a wrong OTP counts as a miss when the response is lost',
    python: [
      [
        'rules.py',
        "    elif order_status == 'ATTEMPTED' and has_unknown_submit(p) and p.misses == 0:",
        '    elif False:',
      ],
    ],
    php: [
      [
        'rules.php',
        "} elseif ($order_status === 'ATTEMPTED' && has_unknown_submit($p) && $p['misses'] === 0) {",
        '} elseif (false) {',
      ],
    ],
  },
  {
    defect: 'has no view while the order cannot be read',
    caughtBy: 'unknown outcome: the phase stays `confirming` while the order cannot be read',
    python: [
      [
        'payments.py',
        '        except OutcomeUnknown:\n            return False\n        # Due',
        '        except OutcomeUnknown:\n            raise\n        # Due',
      ],
    ],
    php: [
      [
        'payments.php',
        '        } catch (OutcomeUnknown) {\n            return false;\n        }\n        $edit',
        '        } catch (OutcomeUnknown $error) {\n            throw $error;\n        }\n        $edit',
      ],
    ],
  },
  {
    defect: 'reads the order only after a submit',
    caughtBy: 'unknown outcome: a payment made on the bank’s page is detected',
    python: [['payments.py', 'is_due = p.verdict is None and', 'is_due = p.verdict is None and p.submits > 0 and']],
    php: [
      [
        'payments.php',
        "$is_due = $p['verdict'] === null &&",
        "$is_due = $p['verdict'] === null && $p['submits'] > 0 &&",
      ],
    ],
  },
  {
    defect: 'takes a decline for undecided once the OTP was accepted',
    caughtBy: 'unknown outcome: a late decline ends the wait',
    python: [
      [
        'rules.py',
        "    elif status in {'FAILED', 'CANCELLED'} or",
        "    elif (status in {'FAILED', 'CANCELLED'} and not (p.unconfirmed_submit and p.unconfirmed_submit['accepted'])) or",
      ],
    ],
    php: [
      [
        'rules.php',
        "} elseif (in_array($status, ['FAILED', 'CANCELLED'], true) ||",
        "} elseif ((in_array($status, ['FAILED', 'CANCELLED'], true) && ($p['unconfirmed_submit']['accepted'] ?? false) === false) ||",
      ],
    ],
  },
  {
    defect: 'cancels a payment only after an OTP was sent',
    caughtBy: 'leave: a payment can be cancelled before an OTP is generated',
    python: [
      [
        'rules.py',
        "changed = current_phase(p, now)[0] in {'ready', 'awaitingOtp', 'unresolved'}",
        "changed = current_phase(p, now)[0] in {'awaitingOtp', 'unresolved'}",
      ],
    ],
    php: [
      [
        'rules.php',
        "$changed = in_array(current_phase($p, $now)[0], ['ready', 'awaitingOtp', 'unresolved'], true);",
        "$changed = in_array(current_phase($p, $now)[0], ['awaitingOtp', 'unresolved'], true);",
      ],
    ],
  },
  {
    defect: 'fails at malformed JSON',
    caughtBy: 'requests: malformed JSON is rejected',
    python: [
      [
        'server.py',
        '        except (ValueError, RecursionError):\n            raise HttpError(400) from None',
        '        except RecursionError:\n            raise HttpError(400) from None',
      ],
    ],
    php: [['server.php', '$object = json_decode($raw);', '$object = json_decode($raw, flags: JSON_THROW_ON_ERROR);']],
  },
  {
    defect: 'takes a payment back when a return reports a failure',
    caughtBy: 'returns: a signed return that reports a failure does not undo a payment',
    python: [
      [
        'server.py',
        pythonReturned,
        `                for payment_id in self.server.repository.ids_by_order(order_id) if dict(fields)['status'] == 'FAILED' else []:\n                    self.server.repository.update(payment_id, lambda p: (p.verdict is not None and p.verdict.update(outcome='failed') is None, None))\n${pythonReturned}`,
      ],
    ],
    php: [
      [
        'server.php',
        phpReturned,
        `            $ids = array_column($fields, 1, 0)['status'] === 'FAILED' ? $backend->repository->ids_by_order($order_id) : [];\n            foreach ($ids as $payment_id) {\n                $backend->repository->update($payment_id, function (array &$p): array {\n                    $was_decided = $p['verdict'] !== null;\n                    $p['verdict'] = $was_decided ? ['outcome' => 'failed'] + $p['verdict'] : null;\n                    return [$was_decided, null];\n                });\n            }\n${phpReturned}`,
      ],
    ],
  },
  {
    defect: 'tells the shop with each return',
    caughtBy: 'returns: a repeated return is idempotent',
    python: [
      [
        'server.py',
        pythonReturned,
        `                for payment_id in self.server.repository.ids_by_order(order_id):\n                    verdict = self.server.repository.get(payment_id)[0].verdict\n                    if verdict:\n                        self.server.on_verdict(order_id, payment_id, verdict['outcome'])\n${pythonReturned}`,
      ],
    ],
    php: [
      [
        'server.php',
        phpReturned,
        `            foreach ($backend->repository->ids_by_order($order_id) as $payment_id) {\n                $verdict = $backend->repository->get($payment_id)[0]['verdict'];\n                if ($verdict !== null) {\n                    $backend->repository->add_verdict($payment_id, $verdict['outcome']);\n                }\n            }\n${phpReturned}`,
      ],
    ],
  },
  {
    defect: 'tells the shop with each webhook',
    caughtBy: 'webhooks: a repeated event is idempotent',
    python: [
      [
        'server.py',
        '        self._send(204, None)\n\n    def _content_type',
        "        for payment_id in self.server.repository.ids_by_order(order_id) if order_id else []:\n            verdict = self.server.repository.get(payment_id)[0].verdict\n            if verdict:\n                self.server.on_verdict(order_id, payment_id, verdict['outcome'])\n        self._send(204, None)\n\n    def _content_type",
      ],
    ],
    php: [
      [
        'server.php',
        '    return [204, null, []];',
        "    foreach (is_string($order_id) ? $backend->repository->ids_by_order($order_id) : [] as $payment_id) {\n        $verdict = $backend->repository->get($payment_id)[0]['verdict'];\n        if ($verdict !== null) {\n            $backend->repository->add_verdict($payment_id, $verdict['outcome']);\n        }\n    }\n    return [204, null, []];",
      ],
    ],
  },
  {
    defect: 'ignores events about orders',
    caughtBy: 'webhooks: a signed event reads the order without an open page',
    python: [['server.py', "event_type.startswith(('ORDER_', 'PAYMENT_'))", "event_type.startswith('PAYMENT_')"]],
    php: [['server.php', '/\\A(ORDER|PAYMENT)_/i', '/\\APAYMENT_/i']],
  },
];
