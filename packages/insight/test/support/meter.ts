/** Metrics as the real SDK of OpenTelemetry collects them. */

import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { meterEvents, type InsightMeter } from '../../src/otel/index.ts';

/** Runs what is metered, and returns the metrics that the real SDK collects after it. */
export async function collect(run: (meter: InsightMeter) => void | Promise<void>): Promise<Map<string, MetricData>> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  await run(provider.getMeter('plural-otp'));
  await provider.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: own }) => own));
  await provider.shutdown();
  return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
}

/** Returns the metrics of events. */
export const measure = (events: readonly unknown[]): Promise<Map<string, MetricData>> =>
  collect((meter) => {
    const onEvent = meterEvents(meter);
    for (const event of events) onEvent(event as never);
  });

/** Returns the points of a metric as `attributes: value`. */
export const read = (metrics: ReadonlyMap<string, MetricData>, name: string): [attributes: unknown, value: unknown][] =>
  (metrics.get(name)?.dataPoints ?? []).map(({ attributes, value }) => [attributes, value]);
