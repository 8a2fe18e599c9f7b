/** The state of issuers, as a gauge. */

import type { Insight } from '../create-insight.ts';
import type { IssuerState } from '../report/issuer-state.ts';
import { createNames, type InsightMeter } from './meter.ts';
import type { MeterOptions } from './events.ts';

const values: Readonly<Record<IssuerState, number>> = { well: 0, otpSick: 1, down: 2 };

/**
 * Tells the state of each issuer of the last two hours as `plural_otp.issuer.state`: 0 well, 1 its OTPs fail, 2 its own
 * page fails too. Reads the store at each collection; a store that fails tells nothing then.
 *
 * @example
 * ```ts
 * import { metrics } from '@opentelemetry/api';
 * import type { Insight } from '@plural-otp/insight';
 * import { meterIssuers } from '@plural-otp/insight/otel';
 *
 * export const meterShop = (insight: Insight) => meterIssuers(metrics.getMeter('plural-otp'), insight);
 * ```
 */
export function meterIssuers(
  meter: InsightMeter,
  insight: Pick<Insight, 'live'>,
  { maxIssuers = 20 }: MeterOptions = {},
): void {
  const toName = createNames(maxIssuers);
  meter
    .createObservableGauge('plural_otp.issuer.state', {
      description: 'State of an issuer: 0 well, 1 its OTPs fail, 2 its own page fails too.',
    })
    .addCallback(async (result) => {
      const live = await insight.live().catch(() => undefined);
      const worst = new Map<string, number>();
      for (const { issuer, state } of live?.issuers ?? []) {
        const name = toName(issuer.toLowerCase());
        worst.set(name, Math.max(worst.get(name) ?? 0, values[state]));
      }
      for (const [issuer, state] of worst) result.observe(state, { issuer });
    });
}
