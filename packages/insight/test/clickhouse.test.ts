import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { columnNames, columns } from '../src/payment-row.ts';

const page = readFileSync(new URL('../../../docs/insight-clickhouse.md', import.meta.url), 'utf8');
const types = { TEXT: 'String', INTEGER: 'Int32', BIGINT: 'Int64' } as const;

test('the table for ClickHouse has each column of a row, with its type and its merge', () => {
  const [, table = ''] =
    /CREATE TABLE plural_otp_insight \(\n([\s\S]*?)\n\) ENGINE = AggregatingMergeTree/.exec(page) ?? [];
  const merged = [...table.matchAll(/^ {2}(\w+) (SimpleAggregateFunction\(.*\)),$/gm)].map(([, name, type]) => [
    name,
    type,
  ]);
  const expected = columnNames.map((name) => {
    const [type, merge] = columns[name];
    return [name, `SimpleAggregateFunction(${merge}, Nullable(${types[type]}))`];
  });
  expect(merged).toEqual(expected);
});
