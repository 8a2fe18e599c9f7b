/** Wrong backends whose step offers, counts or shows something wrong. */
import type { WrongBackend } from '../wrong-backends.ts';

export const wrongSteps: readonly WrongBackend[] = [
  {
    defect: 'starts with another view than it polls',
    caughtBy: 'start: the view returned with the session equals the polled one',
    python: [
      [
        'payments.py',
        "return {'session': session, 'view': self._view(payment_id, None)}",
        "return {'session': session, 'view': self._view(payment_id, None) | {'next': ['check']}}",
      ],
    ],
    php: [
      [
        'payments.php',
        "['session' => $session, 'view' => $this->view($payment_id, null)]",
        "['session' => $session, 'view' => ['next' => ['check']] + $this->view($payment_id, null)]",
      ],
    ],
  },
  {
    defect: 'offers the bank’s page only after an OTP was sent',
    caughtBy: 'start: the bank’s page is offered from the start',
    python: [['rules.py', "'ready': [*redirect, 'check'],", "'ready': ['check'],"]],
    php: [['rules.php', "'ready' => [...$redirect, 'check'],", "'ready' => ['check'],"]],
  },
  {
    defect: 'puts the payment’s id into its session',
    caughtBy: 'start: the session is opaque: it contains no order id, payment id or card number',
    python: [
      ['repository.py', 'session = secrets.token_urlsafe(32)', "session = f'{secrets.token_urlsafe(32)}.{payment_id}'"],
    ],
    php: [['repository.php', "'+/', '-_'), '=');", "'+/', '-_'), '=') . \".$payment_id\";"]],
  },
  {
    defect: 'uses the payment’s id as its reference',
    caughtBy: 'start: the reference is unique per payment and not an id of Plural',
    python: [
      [
        'payments.py',
        "reference='-'.join(''.join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(4)) for _ in range(3)),",
        "reference=payment['id'] or secrets.token_hex(8),",
      ],
    ],
    php: [
      [
        'repository.php',
        "'reference' => implode('-', str_split(implode('', $digits), 4)),",
        "'reference' => $payment['id'],",
      ],
    ],
  },
  {
    defect: 'asks for an OTP of a card that has none',
    caughtBy: 'start: a card without native OTP leads to the bank’s page without a call',
    python: [['rules.py', '(not p.native_otp or p.generates >= MAX_GENERATES)', 'p.generates >= MAX_GENERATES']],
    php: [['rules.php', "(!$p['native_otp'] || $p['generates'] >= MAX_GENERATES)", "$p['generates'] >= MAX_GENERATES"]],
  },
  {
    defect: 'takes a payment that exists already for a refusal',
    caughtBy: 'start again: a start whose response to createPayment is lost goes on with what was created',
    python: [
      [
        'plural.py',
        "            elif response.body.get('code') != 'DUPLICATE_REQUEST':\n                raise Refused",
        '            else:\n                raise Refused',
      ],
      [
        'plural.py',
        '            pass  # If the payment was created, the order contains it.',
        '            raise Refused from None',
      ],
    ],
    php: [
      ['plural.php', "} elseif (($response->body['code'] ?? '') !== 'DUPLICATE_REQUEST') {", '} else {'],
      [
        'plural.php',
        '            // If the payment was created, the order contains it.',
        '            throw new Refused();',
      ],
    ],
  },
  {
    defect: 'never takes over a start that died',
    caughtBy: 'start again: a start that never reached Plural can be called again',
    python: [['repository.py', "' where started_at <= excluded.started_at - 60',", "' where 0',"]],
    php: [['repository.php', "where started_at <= :old';", "where 0';"]],
  },
  {
    defect: 'allows one payment per order',
    caughtBy: 'start again: after a decline the next attempt pays, on the same order',
    python: [['payments.py', "is_over = payment.get('status') in ('FAILED', 'CANCELLED')", 'is_over = False']],
    php: [
      [
        'payments.php',
        "$is_over = in_array($payment['status'] ?? '', ['FAILED', 'CANCELLED'], true);",
        '$is_over = false;',
      ],
    ],
  },
  {
    defect: 'waits thirty seconds before every resend',
    caughtBy: 'generate and resend: the resend delay is the one that Plural returned',
    python: [
      ['rules.py', '    p.resend_at = now + (result.resend_after_seconds or 30)\n', '    p.resend_at = now + 30\n'],
    ],
    php: [['rules.php', '$now + ($result->resend_after_seconds() ?? 30)', '$now + 30']],
  },
  {
    defect: 'lets the delay of a resend begin anew with each view',
    caughtBy: 'generate and resend: the resend delay continues across a reload',
    python: [
      [
        'rules.py',
        'max(0, math.ceil(p.resend_at - now))',
        'max(0, 30 if p.resend_at - now > 3 else math.ceil(p.resend_at - now))',
      ],
    ],
    php: [
      [
        'rules.php',
        "max(0, (int) ceil($p['resend_at'] - $now))",
        "max(0, $p['resend_at'] - $now > 3 ? 30 : (int) ceil($p['resend_at'] - $now))",
      ],
    ],
  },
  {
    defect: 'has the customer wait when Plural takes no OTP of the card',
    caughtBy: 'generate and resend: a rejection by Plural leads to the bank’s page',
    python: [['rules.py', "p.problem, p.native_otp = 'NATIVE_OTP_UNAVAILABLE', False", "p.problem = 'BUSY'"]],
    php: [
      [
        'rules.php',
        "[$p['problem'], $p['native_otp']] = ['NATIVE_OTP_UNAVAILABLE', false];",
        "$p['problem'] = 'BUSY';",
      ],
    ],
  },
  {
    defect: 'says of an early resend that there is none',
    caughtBy: 'generate and resend: a resend before its time is rejected',
    python: [['rules.py', "return False, 'RESEND_TOO_EARLY'", "return False, 'RESEND_LIMIT'"]],
    php: [['rules.php', "$now < $p['resend_at'] => 'RESEND_TOO_EARLY',", "$now < $p['resend_at'] => 'RESEND_LIMIT',"]],
  },
  {
    defect: 'remembers no idempotency key of a resend',
    caughtBy: 'generate and resend: a repeated idempotency key of a resend sends no third SMS',
    python: [
      [
        'rules.py',
        '    p.idempotency_keys.append(idempotency_key)\n    p.in_flight',
        "    p.idempotency_keys.append(idempotency_key if action != 'resend' else '')\n    p.in_flight",
      ],
    ],
    php: [
      [
        'rules.php',
        "    $p['idempotency_keys'][] = $key;\n    $p['in_flight']",
        "    $p['idempotency_keys'][] = $action === 'resend' ? '' : $key;\n    $p['in_flight']",
      ],
    ],
  },
  {
    defect: 'offers a resend after the last one',
    caughtBy: 'generate and resend: after the last resend no other is offered, and the OTP is still accepted',
    python: [
      ['rules.py', "p.resend_offered = not result.next or 'RESEND_OTP' in result.next", 'p.resend_offered = True'],
      [
        'rules.py',
        "        p.resend_offered = 'RESEND_OTP' in response.next\n        p.resend_at",
        '        p.resend_offered = True\n        p.resend_at',
      ],
    ],
    php: [
      [
        'rules.php',
        "$p['resend_offered'] = $result->next() === [] || in_array('RESEND_OTP', $result->next(), true);",
        "$p['resend_offered'] = true;",
      ],
      [
        'rules.php',
        "        $p['resend_offered'] = $may_resend;\n        $p['resend_at'] = $now + ($wait ?? 30);",
        "        $p['resend_offered'] = true;\n        $p['resend_at'] = $now + ($wait ?? 30);",
      ],
    ],
  },
  {
    defect: 'submits an OTP before one was generated',
    caughtBy: 'submit: an OTP is not submitted before one was generated',
    python: [
      ['rules.py', "'submit': {'awaitingOtp', 'unresolved'},", "'submit': {'ready', 'awaitingOtp', 'unresolved'},"],
    ],
    php: [
      [
        'rules.php',
        "'submit' => ['awaitingOtp', 'unresolved'],",
        "'submit' => ['ready', 'awaitingOtp', 'unresolved'],",
      ],
    ],
  },
  {
    defect: 'computes the attempts that remain at the bank',
    caughtBy: 'submit: the number of remaining attempts is never invented',
    python: [
      [
        'rules.py',
        "'attempts': {'misses': p.misses}",
        "'attempts': {'misses': p.misses, 'leftAtBank': max(0, 3 - p.misses)}",
      ],
    ],
    php: [
      [
        'rules.php',
        "'attempts' => ['misses' => $p['misses']],",
        "'attempts' => ['misses' => $p['misses'], 'leftAtBank' => max(0, 3 - $p['misses'])],",
      ],
    ],
  },
  {
    defect: 'delivers a payment of another amount as paid, and shows it as unconfirmed',
    caughtBy: 'submit: a payment of another amount is not delivered as paid',
    python: [
      [
        'payments.py',
        '        if p.verdict is None:\n            return True\n        outcome',
        "        if p.on_hold:\n            self._on_verdict(p.order_id, payment_id, 'paid')\n        if p.verdict is None:\n            return True\n        outcome",
      ],
    ],
    php: [
      [
        'payments.php',
        "$outcome = $p['verdict']['outcome'] ?? null;",
        "$outcome = $p['verdict']['outcome'] ?? ($p['on_hold'] ? 'paid' : null);",
      ],
    ],
  },
  {
    defect: 'gives the same advice after every decline',
    caughtBy: 'submit: a decline after the correct OTP is final, with its advice',
    python: [['rules.py', "'advice': ADVICE.get(code)}", "'advice': 'useAnotherCard'}"]],
    php: [['rules.php', "'advice' => ADVICE[$code] ?? null];", "'advice' => 'useAnotherCard'];"]],
  },
  {
    defect: 'offers another payment of an order that failed',
    caughtBy: 'submit: an order that failed meanwhile is final and cannot be paid again',
    python: [['rules.py', 'can_pay_again = order_status in OPEN_ORDER_STATUSES', 'can_pay_again = True']],
    php: [['rules.php', "'can_pay_again' => $is_open,", "'can_pay_again' => true,"]],
  },
  {
    defect: 'takes a payment with used-up attempts for a declined one',
    caughtBy: 'submit: the third wrong OTP ends the payment',
    python: [
      [
        'rules.py',
        "        p.stage, p.unconfirmed_submit = 'exhausted', None\n        return True",
        '        return True',
      ],
    ],
    php: [
      [
        'rules.php',
        "        [$p['stage'], $p['unconfirmed_submit']] = ['exhausted', null];\n        return true;",
        '        return true;',
      ],
    ],
  },
  {
    defect: 'takes a 502 of a gateway for a rejection',
    caughtBy: 'unknown outcome: a correct OTP is submitted once and paid when the response is a 502 of a gateway',
    python: [
      ['plural.py', 'status >= 500 or 300 <= status < 400', 'status > 502 or 300 <= status < 400'],
      ['rules.py', '    if response.status == 429:\n', '    if response.status in {429, 500, 502}:\n'],
    ],
    php: [
      ['plural.php', '$status >= 500 ||', '$status > 502 ||'],
      ['rules.php', 'if ($response->status === 429) {', 'if (in_array($response->status, [429, 500, 502], true)) {'],
    ],
  },
  {
    defect: 'takes a response that is not JSON for a call that was not sent',
    caughtBy: 'unknown outcome: a correct OTP is submitted once and paid when the response is not JSON',
    python: [
      [
        'plural.py',
        '        except (OSError, ValueError, RecursionError,',
        '        except ValueError:\n            raise NotSent from None\n        except (OSError, RecursionError,',
      ],
    ],
    php: [
      [
        'plural.php',
        ' || !is_array($parsed)) {\n            throw new OutcomeUnknown();\n        }\n',
        ') {\n            throw new OutcomeUnknown();\n        }\n        if (!is_array($parsed)) {\n            throw new NotSent();\n        }\n',
      ],
    ],
  },
  {
    defect: 'delivers no declines',
    caughtBy: 'payment view: a failed payment is delivered to the shop',
    python: [
      [
        'payments.py',
        '        if p.verdict is None:\n            return True\n',
        "        if p.verdict is None or p.verdict['outcome'] != 'paid':\n            return True\n",
      ],
    ],
    php: [
      ['payments.php', 'if ($outcome !== null && $this->repository', "if ($outcome === 'paid' && $this->repository"],
    ],
  },
  {
    defect: 'cancels a payment whose OTP was accepted',
    caughtBy: 'leave: a payment with an accepted OTP cannot be cancelled',
    python: [
      [
        'rules.py',
        "changed = current_phase(p, now)[0] in {'ready', 'awaitingOtp', 'unresolved'}",
        "changed = current_phase(p, now)[0] in {'ready', 'awaitingOtp', 'unresolved', 'confirming'}",
      ],
    ],
    php: [
      [
        'rules.php',
        "$changed = in_array(current_phase($p, $now)[0], ['ready', 'awaitingOtp', 'unresolved'], true);",
        "$changed = in_array(current_phase($p, $now)[0], ['ready', 'awaitingOtp', 'unresolved', 'confirming'], true);",
      ],
    ],
  },
  {
    defect: 'reads no order of a cancelled payment',
    caughtBy: 'leave: a payment made after cancelling is reported',
    python: [
      ['payments.py', 'is_due = p.verdict is None and', "is_due = p.verdict is None and p.stage != 'cancelled' and"],
    ],
    php: [
      [
        'payments.php',
        "$is_due = $p['verdict'] === null &&",
        "$is_due = $p['verdict'] === null && $p['stage'] !== 'cancelled' &&",
      ],
    ],
  },
  {
    defect: 'cancels a payment whose page is left',
    caughtBy: 'leave: leaving the page while an OTP is awaited changes nothing and calls nothing',
    python: [['rules.py', "if to == 'away' or idempotency_key", 'if idempotency_key']],
    php: [['rules.php', "if ($to === 'away' || in_array($key", 'if (in_array($key']],
  },
  {
    defect: 'takes no OTP after the customer left for the bank’s page',
    caughtBy: 'leave: an OTP is still accepted after leaving for the bank’s page',
    python: [
      [
        'rules.py',
        "if action == 'submit' and p.submits >= MAX_SUBMITS:",
        "if action == 'submit' and (p.left_for_bank or p.submits >= MAX_SUBMITS):",
      ],
    ],
    php: [
      [
        'rules.php',
        "$action === 'submit' && $p['submits'] >= MAX_SUBMITS =>",
        "$action === 'submit' && ($p['left_for_bank'] || $p['submits'] >= MAX_SUBMITS) =>",
      ],
    ],
  },
  {
    defect: 'takes no return by GET',
    caughtBy: 'returns: a return by GET is accepted',
    python: [['server.py', "'return': (('POST', 'GET'), 16_384)", "'return': (('POST',), 16_384)"]],
    php: [['server.php', "['return' => ['POST', 'GET'],", "['return' => ['POST'],"]],
  },
  {
    defect: 'verifies the values of a return before it decodes them',
    caughtBy: 'returns: the signature is verified over the decoded values',
    python: [
      [
        'server.py',
        "fields = parse_qsl(form, keep_blank_values=True, errors='strict', max_num_fields=50)",
        "fields = [tuple(f'{pair}='.split('=')[:2]) for pair in form.split('&')]",
      ],
    ],
    php: [['server.php', "array_map(urldecode(...), explode('=', $pair, 2))", "explode('=', $pair, 2)"]],
  },
  {
    defect: 'fails at a return of an order it does not know',
    caughtBy: 'returns: a return of an unknown order redirects to the shop’s page',
    python: [
      ['payments.py', '(paid or payments)[-1].reference if payments else None', '(paid or payments)[-1].reference'],
    ],
    php: [
      [
        'payments.php',
        "return $last[0]['reference'] ?? null;",
        "return $last[0]['reference'] ?? throw new LogicException();",
      ],
    ],
  },
  {
    defect: 'knows one spelling of a webhook alone',
    caughtBy: 'webhooks: the camelCase envelope is accepted',
    python: [['server.py', "event.get('event_type') or event.get('eventType')", "event.get('event_type')"]],
    php: [['server.php', "$event['event_type'] ?? $event['eventType'] ?? ''", "$event['event_type'] ?? ''"]],
  },
  {
    defect: 'takes webhooks of the future',
    caughtBy: 'webhooks: an event of ten minutes ahead is rejected',
    python: [['plural.py', 'abs(now - int(timestamp)) > 300', 'now - int(timestamp) > 300']],
    php: [['plural.php', 'abs($now - (int) $timestamp) > 300', '$now - (int) $timestamp > 300']],
  },
  {
    defect: 'rejects events it does not know',
    caughtBy: 'webhooks: events of other types and of unknown orders are accepted and change nothing',
    python: [
      [
        'server.py',
        '        if isinstance(order_id, str) and not self',
        '        if order_id is None:\n            raise HttpError(400)\n        if isinstance(order_id, str) and not self',
      ],
    ],
    php: [
      [
        'server.php',
        '    if ($is_about_order &&',
        '    if (!$is_about_order) {\n        throw new HttpError(400);\n    }\n    if ($is_about_order &&',
      ],
    ],
  },
  {
    defect: 'takes a webhook for done whose order it could not read',
    caughtBy: 'webhooks: an event is retried when the order cannot be read',
    python: [
      [
        'server.py',
        'and not self.server.payments.reconcile_order(order_id):',
        'and self.server.payments.reconcile_order(order_id) is None:',
      ],
    ],
    php: [
      [
        'server.php',
        '!$backend->payments->reconcile_order($order_id)',
        '$backend->payments->reconcile_order($order_id) === null',
      ],
    ],
  },
  {
    defect: 'sends an OTP for each open payment that it sweeps',
    caughtBy: 'sweep: a sweep of open payments creates, submits and sends nothing',
    python: [
      [
        'payments.py',
        '        self.reconcile(payment_id)\n\n    def get_reference',
        "        self.reconcile(payment_id)\n        self._plural.otp('generate', payment_id)\n\n    def get_reference",
      ],
    ],
    php: [
      [
        'payments.php',
        '        $this->reconcile($payment_id);\n    }\n',
        "        $this->reconcile($payment_id);\n        $this->plural->otp('generate', $payment_id, null);\n    }\n",
      ],
    ],
  },
  {
    defect: 'shows the order’s id',
    caughtBy: 'secrecy: no response of this run contains a card number, order id or payment id',
    python: [['rules.py', "'display': p.display}", "'display': p.display | {'issuer': p.order_id}}"]],
    php: [['rules.php', "'display' => $p['display'],", "'display' => ['issuer' => $p['order_id']] + $p['display'],"]],
  },
  {
    defect: 'sets a cookie on the shop’s page',
    caughtBy: 'secrecy: no response of this run sets a cookie',
    python: [
      [
        'server.py',
        '        if self.close_connection:\n',
        "        if self.headers.get('origin') == self.server.origin:\n            all_headers['set-cookie'] = 'visited=1'\n        if self.close_connection:\n",
      ],
    ],
    php: [
      [
        'server.php',
        '    http_response_code($status);\n',
        "    http_response_code($status);\n    if (str_starts_with($_SERVER['HTTP_ORIGIN'] ?? '', 'http://127.')) {\n        header('set-cookie: visited=1');\n    }\n",
      ],
    ],
  },
  {
    defect: 'shows the OTP that was submitted',
    caughtBy: 'secrecy: no response of this run contains the OTP',
    python: [
      [
        'payments.py',
        '                self._reconcile_rejection(payment_id)\n            return self._view(payment_id, denial)',
        "                self._reconcile_rejection(payment_id)\n            view = self._view(payment_id, denial)\n            return view | ({'display': {'issuer': otp}} if otp else {})",
      ],
    ],
    php: [
      [
        'payments.php',
        '                $this->reconcile_rejection($payment_id);\n            }\n            return $this->view($payment_id, null);',
        "                $this->reconcile_rejection($payment_id);\n            }\n            $view = $this->view($payment_id, null);\n            return ($otp === null ? [] : ['display' => ['issuer' => $otp]]) + $view;",
      ],
    ],
  },
];
