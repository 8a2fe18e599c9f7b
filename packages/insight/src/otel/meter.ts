/** The part of OpenTelemetry that the metrics use, and the bound on their cardinality. */

export type MeterAttributes = Record<string, string | number>;

/** Receiver of what a callback of OpenTelemetry observes. */
export interface ObservableResult {
  observe(value: number, attributes?: MeterAttributes): void;
}

/** The part of OpenTelemetry's `Meter` that is used. */
export interface InsightMeter {
  createCounter(name: string, options: object): { add(value: number, attributes?: MeterAttributes): void };
  createHistogram(name: string, options: object): { record(value: number, attributes?: MeterAttributes): void };
  createObservableGauge(
    name: string,
    options: object,
  ): { addCallback(callback: (result: ObservableResult) => void | Promise<void>): void };
}

/** Returns a function that tells the first `most` names as they are, and every other as `other`. */
export function createNames(most: number): (name: string) => string {
  const named = new Set<string>();
  return (name) => {
    if (!named.has(name) && named.size < most) named.add(name);
    return named.has(name) ? name : 'other';
  };
}
