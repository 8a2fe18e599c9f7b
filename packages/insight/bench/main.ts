/** Measures the page over 300,000 payments of 90 days in a SQLite file, and what keeping one event costs. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInsight, type Insight } from '../src/index.ts';
import { sqliteInsight } from '../src/node.ts';
import { createInsightPage } from '../src/page/index.ts';
import { plantShop } from '../test/support/planted-shop.ts';

const payments = Number(process.argv[2] ?? 300_000);
const nowMs = Date.UTC(2026, 10, 29, 12);
const dayMs = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'plural-insight-bench-'));
const log = (line: string): boolean => process.stdout.write(`${line}\n`);

const median = (times: readonly number[]): number =>
  times.toSorted((one, other) => one - other)[times.length >> 1] ?? 0;

try {
  const open = (): Insight =>
    createInsight({
      store: sqliteInsight(join(folder, 'insight.sqlite')),
      secret: 'sixteen letters!',
      now: () => nowMs,
    });
  const insight = open();
  const begunMs = performance.now();
  let events = 0;
  for (let day = 0; day < 90; day += 1) {
    const startMs = nowMs - (90 - day) * dayMs;
    const planted = plantShop(day, Math.round(payments / 90), [startMs, startMs + dayMs - 600_000]).flatMap(
      (one) => one.events,
    );
    events += planted.length;
    await insight.ingest(planted);
  }
  const perEventUs = ((performance.now() - begunMs) * 1000) / events;
  log(`${payments} payments, ${events} events kept, ${perEventUs.toFixed(1)} µs each with planting them`);
  const load = async (shown: Insight, range: string): Promise<number> => {
    const page = createInsightPage(shown, { authorize: 'local' });
    const fromMs = performance.now();
    const response = await page.fetch(new Request(`http://localhost/insight?range=${range}`));
    await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return performance.now() - fromMs;
  };
  for (const range of ['1h', '1d', '7d', '30d', '90d']) {
    const first = await load(insight, range);
    const times: number[] = [];
    for (let run = 0; run < 15; run += 1) times.push(await load(insight, range));
    // As in a process that has just started, after a sweep has counted the days.
    const counted = await load(open(), range);
    log(
      `page of ${range}: first ${first.toFixed(0)} ms, or ${counted.toFixed(0)} ms once its days are counted; ` +
        `then ${median(times).toFixed(0)} ms (median of 15)`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
