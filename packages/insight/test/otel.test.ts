import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import { meterEvents } from '../src/otel.ts';
import { plantedIssuers, plantShop, usual } from './support/planted-shop.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const [issuer = ''] = Object.keys(plantedIssuers);

async function measure(events: readonly unknown[]): Promise<Map<string, MetricData>> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const onEvent = meterEvents(provider.getMeter('plural-otp'));
  for (const event of events) onEvent(event as never);
  await provider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: own }) => own));
  await provider.shutdown();
  return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
}

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

/** Names as Prometheus writes those of the metrics. */
const prometheusNames = [
  'plural_otp_payment_steps_total',
  'plural_otp_payment_verdicts_total',
  'plural_otp_verdict_sources_total',
  'plural_otp_step_duration_seconds_bucket',
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
    const used = [...expressions, ruleText].flatMap((text) => text.match(/plural_otp[a-z_:0-9]+/g) ?? []);
    expect(used.length).toBeGreaterThan(10);
    for (const name of used) expect([...prometheusNames, ...records]).toContain(name);
  });

  const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find(existsSync);
  test.skipIf(promtool === undefined && process.env['CI'] !== 'true')(
    'are accepted by promtool, and the rules alert as tested',
    () => {
      const run = (...args: string[]): string => execFileSync(promtool ?? 'promtool', args, { encoding: 'utf8' });
      expect(run('check', 'rules', rules)).toContain('SUCCESS: 4 rules found');
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
