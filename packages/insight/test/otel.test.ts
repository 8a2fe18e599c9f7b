import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createPlural, PluralError } from '@plural-otp/core';
import { createSandbox, credentials } from '@plural-otp/sandbox';
import { createInsight, memoryInsight } from '../src/index.ts';
import { meterCalls, meterIssuers, meterVerdicts } from '../src/otel/index.ts';
import { collect, measure, read } from './support/meter.ts';
import { plantedIssuers, plantShop, usual } from './support/planted-shop.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const [issuer = ''] = Object.keys(plantedIssuers);

describe('the metrics', () => {
  test('count steps, verdicts and durations as the planted payments had them', async () => {
    const planted = plantShop(21, 800, [1_790_000_000_000, 1_790_010_000_000]);
    const metrics = await measure(planted.flatMap(({ events }) => events));
    const sum = (name: string, wanted: Record<string, string>): number =>
      (metrics.get(name)?.dataPoints ?? [])
        .filter(({ attributes }) => Object.entries(wanted).every(([key, value]) => attributes[key] === value))
        .reduce(
          (total, { value }) => total + (typeof value === 'number' ? value : (value as { count: number }).count),
          0,
        );
    const steps = (type: string): number =>
      planted.filter(({ events }) => events.some((event) => event.type === type)).length;
    for (const type of ['started', 'otpSent', 'submitted', 'away', 'leftForBank'])
      expect([type, sum('plural_otp.payment.steps', { step: type })]).toEqual([type, steps(type)]);
    const paid = planted.filter(({ end }) => end === 'paid' || end === 'paidAtBank').length;
    expect(sum('plural_otp.payment.verdicts', { outcome: 'paid' })).toBe(paid);
    expect(sum('plural_otp.verdict.sources', { outcome: 'paid' })).toBe(paid);
    expect(sum('plural_otp.step.duration', { leg: 'all' })).toBe(paid);
    expect(sum('plural_otp.step.duration', { leg: 'typed' })).toBe(steps('submitted'));
    expect(sum('plural_otp.payment.steps', { step: 'started', issuer: issuer.toLowerCase() })).toBe(
      planted.filter((payment) => payment.issuer === issuer).length,
    );
  });

  test('do not count a payment again that was restored from its order', async () => {
    const events = plantShop(23, 20, [1_790_000_000_000, 1_790_010_000_000]).flatMap((one) => one.events);
    const metrics = await measure(events.map((event) => ({ ...event, restored: true })));
    expect([...metrics.values()].reduce((sum, { dataPoints }) => sum + dataPoints.length, 0)).toBe(0);
  });

  test('stay below the limit of the SDK with 200 issuers and unknown values', async () => {
    const issuers = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`BANK ${index}`, usual]));
    const events = plantShop(22, 4000, [1_790_000_000_000, 1_790_010_000_000], issuers).flatMap((one) => one.events);
    const odd = events.map((event, index) => ({
      ...event,
      method: `m${index % 50}`,
      source: `s${index}`,
      advice: `a${index}`,
    }));
    const metrics = await measure([...events, ...odd]);
    for (const [name, { dataPoints }] of metrics) {
      expect([name, dataPoints.length < 1000]).toEqual([name, true]);
      expect(JSON.stringify(dataPoints)).not.toContain('otel.metric.overflow');
    }
  });
});

describe('the state of issuers', () => {
  const nowMs = Date.UTC(2026, 10, 29, 12);
  const hourMs = 3_600_000;

  test('is told by name: an issuer whose OTPs fail is 1, and the others are 0', async () => {
    const insight = createInsight({ store: memoryInsight(), secret: 'sixteen letters!', now: () => nowMs });
    const ordinary = { HDFC: usual, SBI: usual };
    const planted = [
      ...plantShop(1, 2000, [nowMs - 6 * 24 * hourMs, nowMs - hourMs], ordinary),
      ...plantShop(2, 60, [nowMs - hourMs, nowMs - 900_000], { ...ordinary, HDFC: { ...usual, notSent: 1 } }),
    ];
    await insight.ingest(planted.flatMap(({ events }) => events));
    const metrics = await collect((meter) => meterIssuers(meter, insight));
    expect(
      Object.fromEntries(read(metrics, 'plural_otp.issuer.state').map(([key, value]) => [JSON.stringify(key), value])),
    ).toEqual({
      '{"issuer":"hdfc"}': 1,
      '{"issuer":"sbi"}': 0,
    });
  });

  test('is told of twenty issuers by name, and of the others as the worst of them; nothing by a store that fails', async () => {
    const issuers = Array.from({ length: 30 }, (_, index) => ({
      issuer: `BANK ${index}`,
      state: index === 29 ? ('down' as const) : ('well' as const),
      worked: { hits: 1, of: 1 },
      usual: 0.8,
    }));
    const live = async () => ({ open: [], oldestSeconds: undefined, paidPerMinute: [], issuers });
    const points = read(await collect((meter) => meterIssuers(meter, { live })), 'plural_otp.issuer.state');
    expect(points).toHaveLength(21);
    expect(points.at(-1)).toEqual([{ issuer: 'other' }, 2]);
    const broken = await collect((meter) => meterIssuers(meter, { live: () => Promise.reject(new Error('store')) }));
    expect(read(broken, 'plural_otp.issuer.state')).toEqual([]);
  });
});

describe('undelivered verdicts', () => {
  const minuteMs = 60_000;
  const readAfter = async (
    steps: (
      deliver: (key: string, attempt: number, more?: object) => Promise<void>,
      advance: (ms: number) => void,
    ) => Promise<void>,
    onVerdict: (verdict: { key: string }) => Promise<void> = () => Promise.reject(new Error('database')),
  ): Promise<unknown[]> => {
    let nowMs = Date.UTC(2026, 10, 29, 12);
    const metrics = await collect(async (meter) => {
      const metered = meterVerdicts(meter, onVerdict, { now: () => nowMs });
      await steps(
        (key, attempt, more) => metered({ key, ...more }, { attempt }),
        (ms) => (nowMs += ms),
      );
    });
    return ['plural_otp.verdicts.owed', 'plural_otp.verdicts.owed.age'].map((name) => read(metrics, name)[0]?.[1]);
  };

  test('are counted until the shop takes them, with the age of the oldest; the shop sees each failure as before', async () => {
    let isUp = false;
    const onVerdict = async (): Promise<void> => {
      if (!isUp) throw new Error('database');
    };
    const fail = async (deliver: (key: string, attempt: number) => Promise<void>, advance: (ms: number) => void) => {
      await expect(deliver('a:paid', 1)).rejects.toThrow('database');
      advance(minuteMs);
      await expect(deliver('b:paid', 1)).rejects.toThrow('database');
      await expect(deliver('a:paid', 2)).rejects.toThrow('database');
      advance(30_000);
    };
    expect(await readAfter(fail, onVerdict)).toEqual([2, 90]);
    const recover = async (deliver: (key: string, attempt: number) => Promise<void>, advance: (ms: number) => void) => {
      isUp = false;
      await fail(deliver, advance);
      isUp = true;
      await deliver('a:paid', 3);
    };
    expect(await readAfter(recover, onVerdict)).toEqual([1, 30]);
    expect(
      await readAfter(
        async (deliver) => deliver('a:paid', 1),
        async () => undefined,
      ),
    ).toEqual([0, 0]);
  });

  test('have the age that their attempts prove, after this process was started', async () => {
    const steps = async (deliver: (key: string, attempt: number) => Promise<void>) =>
      deliver('a:paid', 5).catch(() => undefined);
    // After 1, 2, 3 and 4.5 minutes.
    expect(await readAfter(steps)).toEqual([1, 270]);
  });

  test('are forgotten when a newer verdict replaced them, or another process must have delivered them', async () => {
    const replaced = async (deliver: (key: string, attempt: number, more?: object) => Promise<void>) => {
      await deliver('a:failed', 1).catch(() => undefined);
      await deliver('a:paid', 1, { supersedes: 'a:failed' }).catch(() => undefined);
    };
    expect(await readAfter(replaced)).toEqual([1, 0]);
    const elsewhere = async (
      deliver: (key: string, attempt: number) => Promise<void>,
      advance: (ms: number) => void,
    ) => {
      await deliver('a:paid', 1).catch(() => undefined);
      advance(6 * minuteMs);
    };
    expect(await readAfter(elsewhere)).toEqual([0, 0]);
  });
});

test('calls to Plural are timed by the names of OpenTelemetry, with their template, status and error', async () => {
  const sandbox = createSandbox();
  const metrics = await collect(async (meter) => {
    const plural = createPlural({
      environment: { baseUrl: 'https://sandbox.example' },
      ...credentials,
      fetch: (request) => sandbox.fetch(request),
      onCall: meterCalls(meter, { serverAddress: 'sandbox.example' }),
    });
    await expect(plural.getOrder('v1-unknown')).rejects.toThrow(PluralError);
    const onCall = meterCalls(meter);
    for (let index = 0; index < 200; index += 1)
      onCall({ method: 'GET', path: `/odd/${index}`, status: 300 + index, durationMs: 5, code: `CODE_${index}` });
  });
  const points = read(metrics, 'http.client.request.duration');
  expect(metrics.get('http.client.request.duration')?.descriptor.unit).toBe('s');
  const keys = points.map(([attributes]) => attributes);
  expect(keys).toContainEqual({
    'http.request.method': 'GET',
    'url.template': '/api/pay/v1/orders/{order_id}',
    'server.address': 'sandbox.example',
    'http.response.status_code': 404,
    'error.type': 'API_REJECTED',
  });
  expect(points.length).toBeLessThan(60);
  expect(JSON.stringify(keys)).not.toContain('v1-unknown');
});

/** Names as Prometheus writes those of the metrics. */
const prometheusNames = [
  'plural_otp_payment_steps_total',
  'plural_otp_payment_verdicts_total',
  'plural_otp_verdict_sources_total',
  'plural_otp_step_duration_seconds_bucket',
  'plural_otp_issuer_state',
  'plural_otp_verdicts_owed',
  'plural_otp_verdicts_owed_age_seconds',
  'http_client_request_duration_seconds_bucket',
  'http_client_request_duration_seconds_count',
];
const rules = at('../prometheus/rules.yml');
interface Dashboard {
  panels: { targets: { expr: string }[] }[];
}
const dashboard = JSON.parse(readFileSync(at('../grafana/plural-otp.json'), 'utf8')) as Dashboard;
const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

describe('the dashboard and the rules', () => {
  test('name metrics that exist, and records of the rules', () => {
    const ruleText = readFileSync(rules, 'utf8');
    const records = [...ruleText.matchAll(/record: (\S+)/g)].map(([, record]) => record);
    const used = [...expressions, ruleText].flatMap(
      (text) => text.match(/(?:plural_otp|http_client)[a-z_:0-9]+/g) ?? [],
    );
    expect(used.length).toBeGreaterThan(10);
    for (const name of used) expect([...prometheusNames, ...records]).toContain(name);
  });

  const promtool = [process.env['PROMTOOL_PATH'] ?? '', '/usr/bin/promtool', '/usr/local/bin/promtool'].find((path) =>
    existsSync(path),
  );
  test.skipIf(promtool === undefined && process.env['CI'] !== 'true')(
    'are accepted by promtool, and the rules alert as tested',
    () => {
      const run = (...args: string[]): string => execFileSync(promtool ?? 'promtool', args, { encoding: 'utf8' });
      expect(run('check', 'rules', rules)).toContain('SUCCESS: 7 rules found');
      expect(run('test', 'rules', at('../prometheus/rules.test.yml'))).toContain('SUCCESS');
      const folder = mkdtempSync(join(tmpdir(), 'plural-insight-'));
      try {
        const file = join(folder, 'dashboard.yml');
        const named = expressions.map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h'));
        const list = named.map(
          (expr, index) => `      - record: panel:${index}:x\n        expr: ${JSON.stringify(expr)}\n`,
        );
        writeFileSync(file, `groups:\n  - name: dashboard\n    rules:\n${list.join('')}`);
        expect(run('check', 'rules', file)).toContain(`SUCCESS: ${expressions.length} rules found`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
