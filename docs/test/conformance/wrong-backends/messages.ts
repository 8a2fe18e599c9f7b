/** Wrong backends that believe what they should verify, accept what they should reject, or show what they should not. */
import type { WrongBackend } from '../wrong-backends.ts';

export const wrongMessages: readonly WrongBackend[] = [
  {
    defect: 'makes references of the time',
    caughtBy: 'start: the reference cannot be guessed from others',
    python: [
      [
        'payments.py',
        "reference='-'.join(''.join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(4)) for _ in range(3)),",
        "reference=f'SHOP-{int(now * 1000)}',",
      ],
    ],
    php: [
      [
        'repository.php',
        "'reference' => implode('-', str_split(implode('', $digits), 4)),",
        "'reference' => 'SHOP-' . (int) ($now * 1000),",
      ],
    ],
  },
  {
    defect: 'uses a digest of the time as its session',
    caughtBy: 'sessions: a session cannot be guessed from others, nor from what is known of the payment',
    python: [
      [
        'repository.py',
        'session = secrets.token_urlsafe(32)',
        'session = hashlib.sha256(str(int(now * 1000)).encode()).hexdigest()',
      ],
      ['repository.py', "'insert into sessions values", "'insert or replace into sessions values"],
    ],
    php: [
      [
        'repository.php',
        "$session = rtrim(strtr(base64_encode(random_bytes(32)), '+/', '-_'), '=');",
        "$session = hash('sha256', (string) (int) ($now * 1000));",
      ],
      ['repository.php', "'insert into sessions values", "'insert or replace into sessions values"],
    ],
  },
  {
    defect: 'shows the first digits of the card',
    caughtBy: 'start: the view shows no more of the card than its last four digits',
    python: [
      [
        'payments.py',
        "'issuer': card_details.get('card_issuer'),",
        "'issuer': f\"{card_details.get('card_issuer')} {card['card_number'][:6]}\",",
      ],
    ],
    php: [
      [
        'payments.php',
        "'issuer' => $details['card_issuer'] ?? null,",
        "'issuer' => ($details['card_issuer'] ?? '') . ' ' . substr($card['card_number'], 0, 6),",
      ],
    ],
  },
  {
    defect: 'shows the amount without its fee',
    caughtBy: 'start: the amount that the view shows is the one that will be charged, with its fee',
    python: [['payments.py', "'amount': {'value': value + fee,", "'amount': {'value': value,"]],
    php: [
      ['repository.php', "'amount' => ['value' => $facts['value'] + $fee,", "'amount' => ['value' => $facts['value'],"],
    ],
  },
  {
    defect: 'never says when to ask again',
    caughtBy: 'payment view: a view says when to ask again while Plural decides, and not afterwards',
    python: [['rules.py', "        view['pollAfterSeconds'] = poll_after", '        pass']],
    php: [['rules.php', "'pollAfterSeconds' => $poll_after,", "'pollAfterSeconds' => null,"]],
  },
  {
    defect: 'has a paid payment asked about for ever',
    caughtBy: 'payment view: a view says when to ask again while Plural decides, and not afterwards',
    python: [['rules.py', "'unresolved': 30}.get(phase)", "'unresolved': 30, 'authorized': 2}.get(phase)"]],
    php: [['rules.php', "'unresolved' => 30][$phase]", "'unresolved' => 30, 'authorized' => 2][$phase]"]],
  },
  {
    defect: 'offers the bank’s page without its URL once an OTP was sent',
    caughtBy: 'payment view: a step that is offered comes with what it needs',
    python: [['rules.py', "    if 'redirect' in steps:", "    if 'redirect' in steps and phase == 'ready':"]],
    php: [
      [
        'rules.php',
        "'challengeUrl' => in_array('redirect', $steps, true) ?",
        "'challengeUrl' => in_array('redirect', $steps, true) && $phase === 'ready' ?",
      ],
    ],
  },
  {
    defect: 'reads the order with each poll',
    caughtBy: 'payment view: polls of an open payment read its order once a second',
    python: [['payments.py', 'self._now() - p.order_read_at >= 1', 'True']],
    php: [['payments.php', "$this->now() - $p['order_read_at'] >= 1", 'true']],
  },
  {
    defect: 'verifies a webhook over its JSON written anew',
    caughtBy: 'webhooks: the signature is verified over the bytes that were sent',
    python: [
      [
        'plural.py',
        "    signed = f'{message_id}.{timestamp}.'.encode() + body",
        "    try:\n        body = json.dumps(json.loads(body), separators=(',', ':'), ensure_ascii=False).encode()\n    except ValueError:\n        return False\n    signed = f'{message_id}.{timestamp}.'.encode() + body",
      ],
    ],
    php: [
      [
        'plural.php',
        '"$id.$timestamp.$body"',
        '"$id.$timestamp." . json_encode(json_decode($body), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE)',
      ],
    ],
  },
  {
    defect: 'looks at the first signature of a webhook alone',
    caughtBy: 'webhooks: one right signature of several is enough, as while a secret is replaced',
    python: [
      [
        'plural.py',
        "headers.get('webhook-signature', '').split(' ')",
        "headers.get('webhook-signature', '').split(' ')[:1]",
      ],
    ],
    php: [
      [
        'plural.php',
        "array_filter(explode(' ', $signatures),",
        "array_filter(array_slice(explode(' ', $signatures), 0, 1),",
      ],
    ],
  },
  {
    defect: 'ignores events about payments',
    caughtBy: 'webhooks: an event about a payment reads its order',
    python: [['server.py', "event_type.startswith(('ORDER_', 'PAYMENT_'))", "event_type.startswith('ORDER_')"]],
    php: [['server.php', '/\\A(ORDER|PAYMENT)_/i', '/\\AORDER_/i']],
  },
  {
    defect: 'fails at an event that is no object',
    caughtBy: 'webhooks: a signed event of an unexpected shape is not an error of the backend',
    python: [
      ['server.py', 'except (ValueError, RecursionError, AttributeError, KeyError, TypeError):', 'except ValueError:'],
    ],
    php: [
      [
        'server.php',
        "$type = $event['event_type'] ?? $event['eventType'] ?? '';",
        "$type = (fn(array $event): string => $event['event_type'] ?? $event['eventType'] ?? '')($event);",
      ],
    ],
  },
  {
    defect: 'believes a return of any signature',
    caughtBy: 'returns: a forged return changes nothing and still redirects to the shop’s page',
    python: [
      ['plural.py', '    return hmac.compare_digest(expected, bytes.fromhex(signature))', '    return bool(expected)'],
    ],
    php: [
      [
        'plural.php',
        "return hash_equals(hash_hmac('sha256', $signed, hex2bin($secret_key_hex)), strtolower($signature));",
        "return $signed !== '';",
      ],
    ],
  },
  {
    defect: 'redirects to the address in a field of the return',
    caughtBy: 'returns: a return never redirects to an address in its fields or headers',
    python: [
      [
        'server.py',
        "{'location': f'{self.server.origin}/order?",
        "{'location': f'{dict(fields).get(\"return_url\", self.server.origin)}/order?",
      ],
    ],
    php: [
      [
        'server.php',
        "['location' => $backend->origin . '/order?'",
        "['location' => (array_column($fields, 1, 0)['return_url'] ?? $backend->origin) . '/order?'",
      ],
    ],
  },
  {
    defect: 'redirects to the page that the return came from',
    caughtBy: 'returns: a return never redirects to an address in its fields or headers',
    python: [
      [
        'server.py',
        "{'location': f'{self.server.origin}/order?",
        "{'location': f'{self.headers.get(\"referer\", self.server.origin)}/order?",
      ],
    ],
    php: [
      [
        'server.php',
        "['location' => $backend->origin . '/order?'",
        "['location' => ($_SERVER['HTTP_REFERER'] ?? $backend->origin) . '/order?'",
      ],
    ],
  },
  {
    defect: 'accepts requests of other sites of its domain',
    caughtBy: 'requests: a request of another site of the same domain is rejected',
    python: [['server.py', "if site != 'same-origin' and (", "if site not in ('same-origin', 'same-site') and ("]],
    php: [
      ['server.php', "if ($site !== 'same-origin' &&", "if (!in_array($site, ['same-origin', 'same-site'], true) &&"],
    ],
  },
  {
    defect: 'lets pages without an origin read its responses',
    caughtBy: 'requests: no response sets a cookie or allows a foreign origin (CORS)',
    python: [
      [
        'server.py',
        '        if self.close_connection:\n',
        "        if self.headers.get('origin') == 'null':\n            all_headers['access-control-allow-origin'] = 'null'\n        if self.close_connection:\n",
      ],
    ],
    php: [
      [
        'server.php',
        '    http_response_code($status);\n',
        "    http_response_code($status);\n    if (($_SERVER['HTTP_ORIGIN'] ?? '') === 'null') {\n        header('access-control-allow-origin: null');\n    }\n",
      ],
    ],
  },
  {
    defect: 'takes an OTP with a line break at its end',
    caughtBy: 'requests: an OTP that is not a string of 4 to 8 ASCII digits is rejected and never sent',
    python: [['server.py', "re.fullmatch('[0-9]{4,8}', value)", "re.match('^[0-9]{4,8}$', value)"]],
    php: [['server.php', '[0-9]{4,8}\\z/', '[0-9]{4,8}$/']],
  },
  {
    defect: 'takes an idempotency key with a line break at its end',
    caughtBy: 'requests: an idempotency key that is not a UUID is rejected',
    python: [['server.py', '_UUID.fullmatch(value)', "re.match(f'{_UUID.pattern}$', value, _UUID.flags)"]],
    php: [['server.php', '[0-9a-f]{12}\\z/i', '[0-9a-f]{12}$/i']],
  },
  {
    defect: 'takes a destination with a line break at its end',
    caughtBy: 'requests: a destination other than bank, cancel and away is rejected',
    python: [
      [
        'server.py',
        "    return value in ('bank', 'cancel', 'away')",
        "    return isinstance(value, str) and re.match('(bank|cancel|away)$', value) is not None",
      ],
    ],
    php: [['server.php', '(bank|cancel|away)\\z/', '(bank|cancel|away)$/']],
  },
  {
    defect: 'fails at a session that it cannot encode or store',
    caughtBy: 'requests: a session of characters that no encoding or database takes is rejected',
    python: [['repository.py', "session.encode('utf-8', 'surrogatepass')", "session.encode('utf-8')"]],
    php: [
      [
        'server.php',
        '    $opened = $backend->repository->open_session(',
        '    if (str_contains($body[\'session\'], "\\0")) {\n        throw new ValueError();\n    }\n    $opened = $backend->repository->open_session(',
      ],
    ],
  },
  {
    defect: 'fails at JSON that is nested too deeply',
    caughtBy: 'requests: JSON that is nested too deeply is rejected',
    python: [
      [
        'server.py',
        '        except (ValueError, RecursionError):\n            raise HttpError(400) from None',
        '        except ValueError:\n            raise HttpError(400) from None',
      ],
    ],
    php: [
      [
        'server.php',
        '    $object = json_decode($raw);\n',
        '    $object = json_decode($raw);\n    if (json_last_error() === JSON_ERROR_DEPTH) {\n        throw new ValueError();\n    }\n',
      ],
    ],
  },
  {
    defect: 'lets the responses to actions be kept in a cache',
    caughtBy: 'requests: every response has no-store, nosniff, no-referrer and JSON',
    python: [
      [
        'server.py',
        '        if self.close_connection:\n',
        "        if '/otp/' in self.path:\n            del all_headers['cache-control']\n        if self.close_connection:\n",
      ],
    ],
    php: [
      [
        'server.php',
        "$headers += ['cache-control' => 'no-store', 'x-content-type-options' => 'nosniff'];",
        "$headers += (str_contains($path, '/otp/') ? [] : ['cache-control' => 'no-store']) + ['x-content-type-options' => 'nosniff'];",
      ],
    ],
  },
];
