/** Checks of the shop's own parts: its store, its hook, its sweep, and what it tells Plural of the customer. */

import type { PaymentStore, PaymentVerdict } from '@plural-otp/edge';
import {
  isSandbox,
  ok,
  pluralUrl,
  problem,
  skipped,
  warning,
  type Check,
  type Examination,
  type Verdict,
} from '../check.ts';

const racers = 60;
const noParts = 'Export it from a file and pass that as --config.';

/** Times of its own, long past, so that no record of the shop is claimed. */
const doctorTime = { due: 1, now: 2, until: 3 };

const store: Check = {
  name: 'store',
  async run({ parts: { store: examined } }) {
    if (!examined) return skipped('The store was not given.', noParts);
    const key = `doctor:${crypto.randomUUID()}`;
    try {
      return (
        (await raceSaves(examined, key)) ??
        (await raceClaims(examined, key)) ??
        ok(`Of ${racers} writers at once one wins, and of ${racers} claimers one gets the record.`)
      );
    } finally {
      // Due no more, so that no sweep ever meets it.
      const left = await examined.load(key);
      if (left) await examined.save(key, left.value, { version: left.version, keepSeconds: 60, dueAtMs: null });
    }
  },
};

async function raceSaves(examined: PaymentStore, key: string): Promise<Verdict | undefined> {
  for (const round of ['a new record', 'a record that exists']) {
    const version = (await examined.load(key))?.version;
    const terms = { version, keepSeconds: 60, dueAtMs: doctorTime.due };
    const saves = Array.from({ length: racers }, (_, racer) =>
      examined.save(key, JSON.stringify({ racer }), { ...terms, newVersion: crypto.randomUUID() }),
    );
    const won = (await Promise.all(saves)).filter(Boolean).length;
    if (won !== 1) {
      return problem(
        `Of ${racers} writers of ${round} at once ${won} won.`,
        'Make save a compare-and-set in the database: two writers that both win send money twice.',
      );
    }
  }
  return undefined;
}

async function raceClaims(examined: PaymentStore, key: string): Promise<Verdict | undefined> {
  const claims = Array.from({ length: racers }, () => examined.claim(doctorTime.now, doctorTime.until, 10));
  const got = (await Promise.all(claims)).flat().filter((record) => record.key === key).length;
  // A store that wakes payments by itself, as Durable Objects do, has nothing to claim.
  if (got === 1 || (got === 0 && examined.schedule !== undefined)) return undefined;
  return got === 0
    ? problem(
        'claim does not return a record that is due.',
        'Return records whose due time has passed: the sweep finds payments by it.',
      )
    : problem(
        `Of ${racers} claimers at once ${got} got the same record.`,
        'Move the due time in the statement that selects the record.',
      );
}

const overdueMs = 10 * 60_000;

const sweep: Check = {
  name: 'sweep',
  async run({ parts: { store: examined, lastSweepAtMs }, now }) {
    const change =
      'Call handler.sweep() about every minute: it delivers payments that no page, return or webhook told of.';
    if (lastSweepAtMs) {
      const agoMs = now() - (await lastSweepAtMs());
      if (agoMs > overdueMs) return problem('No sweep ended in the last ten minutes.', change);
    }
    if (!examined) {
      return lastSweepAtMs ? ok('The sweep runs.') : skipped('Neither the store nor lastSweepAtMs was given.', noParts);
    }
    // It stays due: only its version changes.
    const limitMs = now() - overdueMs;
    const overdue = await examined.claim(limitMs, limitMs, 1);
    if (overdue.some(({ key }) => !key.startsWith('doctor:'))) {
      return problem('A payment is overdue by more than ten minutes, so no sweep runs.', change);
    }
    return ok('No payment is overdue.');
  },
};

const verdict: PaymentVerdict = Object.freeze({
  key: `doctor:${crypto.randomUUID()}`,
  merchantOrderReference: 'plural-otp-doctor',
  paymentId: 'plural-otp-doctor',
  orderId: 'plural-otp-doctor',
  outcome: 'failed',
  amount: { value: 100, currency: 'INR' },
  preAuth: false,
  orderOpen: false,
  source: 'sweep',
}) as unknown as PaymentVerdict;

const hook: Check = {
  name: 'onVerdict',
  async run({ parts: { onVerdict, countEffects } }) {
    if (!onVerdict || !countEffects) return skipped('onVerdict and countEffects were not given.', noParts);
    const before = await countEffects(verdict);
    try {
      await onVerdict(verdict);
      // As after a lost response: the same verdict, twice more, at once.
      await Promise.all([onVerdict(verdict), onVerdict(verdict)]);
    } catch {
      return problem(
        'onVerdict rejects a verdict that is delivered twice.',
        'Insert by verdict.key, and do nothing when the row exists.',
      );
    }
    const effects = (await countEffects(verdict)) - before;
    if (effects === 1) return ok('A verdict that is delivered twice has one effect.');
    return effects === 0
      ? problem('onVerdict had no effect that countEffects counts.', 'Store the verdict before onVerdict resolves.')
      : problem(
          `A verdict that was delivered twice had ${effects} effects.`,
          'Make verdict.key unique: a parcel may otherwise be sent twice.',
        );
  },
};

/** The last payment that the sandbox was asked to create. */
interface LastPayment {
  readonly request: string;
  readonly response: string;
}

/** Reads the last payment from a sandbox; says why when there is none. */
async function readLastPayment({ settings, fetch }: Examination): Promise<LastPayment | Verdict> {
  const plural = pluralUrl(settings);
  if (!isSandbox(settings) || !plural) return skipped('Plural does not show what it was told; a sandbox does.');
  const response = await fetch(new URL('/sandbox/requests?operation=createPayment', plural)).catch(() => undefined);
  if (response?.status !== 200) return skipped('The sandbox did not respond.');
  const { requests = [] } = (await response.json()) as { requests?: { request?: unknown; response?: unknown }[] };
  const last = requests.at(-1);
  if (!last) return skipped('The sandbox has seen no payment yet.', 'Pay once, then run it again.');
  return { request: JSON.stringify(last.request ?? null), response: JSON.stringify(last.response ?? null) };
}

const bankHosts: Check = {
  name: 'bank hosts',
  async run(examination) {
    const hosts = examination.parts.challengeHosts ?? [];
    const wrong = hosts.filter((host) => !URL.canParse(`https://${host}`) || new URL(`https://${host}`).host !== host);
    if (wrong.length > 0) {
      return problem(`Not a host: ${wrong.join(', ')}.`, 'List each as host or host:port, without https:// and path.');
    }
    const last = await readLastPayment(examination);
    if ('found' in last) return hosts.length > 0 ? ok('challengeHosts lists hosts alone.') : last;
    const [, text = ''] = /"challenge_url":"([^"]*)"/.exec(last.response) ?? [];
    if (!URL.canParse(text)) return skipped('The last payment has no page of a bank.');
    const { host } = new URL(text);
    if ([pluralUrl(examination.settings)?.host, ...hosts].includes(host))
      return ok('The bank’s page of the last payment is allowed.');
    return problem(
      `The bank’s page of the last payment is at ${host}, which the handler does not allow.`,
      `Add '${host}' to challengeHosts, once you know that it is the bank’s.`,
    );
  },
};

const deviceInfo: Check = {
  name: 'device info',
  async run(examination) {
    const last = await readLastPayment(examination);
    if ('found' in last) return last;
    const change =
      'Collect it in the browser with collectDeviceInfo(), and pass deviceInfoFrom(request, collected) to startPayment.';
    if (!last.request.includes('"device_info"')) {
      return problem('The last payment has no device_info, which Plural requires for an OTP.', change);
    }
    if (/"browser_screen_width":"0"/.test(last.request)) {
      return warning('The device_info of the last payment is that of a browser without scripts.', change);
    }
    return ok('The last payment has the browser’s device_info.');
  },
};

/** The checks of this file. */
export const partsChecks: readonly Check[] = [store, sweep, hook, bankHosts, deviceInfo];
