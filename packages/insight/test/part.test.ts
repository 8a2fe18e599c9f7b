import { expect, test } from 'vitest';
import { createInsight, memoryInsight, type Insight } from '../src/index.ts';
import { createInsightPage } from '../src/page/index.ts';
import { createRandom, plantShop } from './support/planted-shop.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 29, 12);
const days = (count: number): [number, number] => [nowMs - count * dayMs, nowMs - 60_000];

/** Opens a shop in which many an order is paid at its second payment, some of them on the next day. */
async function openShop(count: number, span = days(6)): Promise<Insight> {
  const insight = createInsight({ store: memoryInsight(), secret: 'sixteen letters!', now: () => nowMs });
  const planted = plantShop(5, count, span);
  const random = createRandom(7);
  const again = plantShop(6, Math.round(count / 3), span).map(({ events }) => {
    const first = planted[Math.floor(random() * planted.length)]?.events ?? [];
    const laterMs = (first[0]?.at ?? 0) + Math.round(random() * 1.5 * dayMs) - (events[0]?.at ?? 0);
    return events.map((event) => ({
      ...event,
      order: first[0]?.order ?? '',
      attempt: 2,
      reference: `again-${event.reference}`,
      at: event.at + laterMs,
    }));
  });
  await insight.ingest([...planted.flatMap(({ events }) => events), ...again.flat()].filter(({ at }) => at <= nowMs));
  return insight;
}

const get = async (insight: Insight, query: string): Promise<string> => {
  const page = createInsightPage(insight, { authorize: 'local' });
  const response = await page.fetch(new Request(`http://localhost/insight?${query}`));
  return (await response.text()).replaceAll(/\s+/g, ' ').replaceAll('&amp;', '&');
};
const toNumber = (text: string | undefined): number => Number(text?.replaceAll(',', ''));

/** Lists the links to parts of a page, each with the number that it says. */
const findParts = (html: string): { query: string; count: number }[] =>
  [...html.matchAll(/href="\/insight\?([^"#]*step=[^"#]*)#payments" *>−([\d,]+) /g)].map(([, query = '', count]) => ({
    query,
    count: toNumber(count),
  }));

/** Reads the list of payments of a page. */
function readList(html: string): { listed: number; count: number; rows: string[] } {
  const [, section = ''] = /<section aria-labelledby="payments">(.*?)<\/section>/.exec(html) ?? [];
  const [, listed, count] = /The newest ([\d,]+) of ([\d,]+)\./.exec(section) ?? [];
  const rows = [...section.matchAll(/<tr>.*?<\/tr>/g)].map(([row]) => row).filter((row) => row.includes('id='));
  return { listed: toNumber(listed), count: toNumber(count), rows };
}

test.each(['15m', '1h', '1d', '7d', '30d', '90d'])(
  'every loss of %s leads to as many payments as it says, each order once where orders are counted',
  async (range) => {
    const insight = await openShop(900, range.endsWith('d') ? days(6) : [nowMs - 3_000_000, nowMs - 60_000]);
    let seen = 0;
    for (const filters of ['', '&unit=orders', '&issuer=HDFC&unit=orders', '&network=VISA&method=nativeOtp']) {
      for (const { query, count } of findParts(await get(insight, `range=${range}${filters}`))) {
        const list = readList(await get(insight, query));
        // More than fifty are not listed, so that each range has parts that are listed whole.
        expect({ query, ...list, rows: list.rows.length }).toEqual({
          query,
          count,
          listed: Math.min(count, 50),
          rows: Math.min(count, 50),
        });
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(range === '15m' ? 0 : 10);
  },
);

test('the newest of a part come first, and each leads to its payment, however old it is', async () => {
  const insight = await openShop(900, days(80));
  const list = readList(await get(insight, 'range=90d&step=any&end=declined'));
  const times = list.rows.map((row) => /\d{4}-\d\d-\d\d(?: \d\d:\d\d)?/.exec(row)?.[0] ?? '');
  expect(times).toEqual(times.toSorted().toReversed());
  expect(Date.parse(times.at(-1)?.slice(0, 10) ?? '')).toBeLessThan(nowMs - 7 * dayMs);
  const [, oldest = ''] = /href="\/insight\?([^"#]*id=[^"#]*)/.exec(list.rows.at(-1) ?? '') ?? [];
  expect(await get(insight, oldest)).toContain('One payment: declined by the bank');
});

test('a part has the method that the page is filtered by', async () => {
  const insight = await openShop(900);
  for (const [method, own, other] of [
    ['bankPage', 'Bank’s page', 'Native OTP'],
    ['nativeOtp', 'Native OTP', 'Bank’s page'],
  ] as const) {
    const { rows } = readList(await get(insight, `range=30d&method=${method}&step=any&end=atBank`));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      expect(row).toContain(own);
      expect(row).not.toContain(other);
    }
  }
});

test('days without a payment of the part are not read', async () => {
  const store = memoryInsight();
  const reads: number[] = [];
  const watched = {
    ...store,
    read: (fromMs: number, untilMs: number) => (reads.push(fromMs), store.read(fromMs, untilMs)),
  };
  const insight = createInsight({ store: watched, secret: 'sixteen letters!', now: () => nowMs });
  const planted = plantShop(5, 300, days(20));
  await insight.ingest(planted.flatMap(({ events }) => events).filter(({ at }) => at <= nowMs));
  await insight.report({ range: '30d' });
  reads.length = 0;
  const { count, rows } = await insight.part({ range: '30d', step: 'started', end: 'notSent' });
  expect([count, rows]).toEqual([0, []]);
  // The days that are still open, for the counts.
  expect(reads).toHaveLength(1);
});
