/** Wrong backends that misread an order, or redirect a return to a host that its request names. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonReturned =
  "        self._send(303, None, {'location': f'{self.server.origin}/order?{urlencode(outcome)}'})";
const phpReturned =
  "    return [303, null, ['location' => $backend->origin . '/order?' . http_build_query($outcome)]];";
const noHeaderLeads = 'returns: a return never redirects to an address in its fields or headers';

export const wrongBasics: readonly WrongBackend[] = [
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
