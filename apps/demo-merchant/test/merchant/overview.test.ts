import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Overview } from '../../src/merchant/overview.ts';
import { createMemoryOverview } from '../../src/merchant/memory-overview.ts';
import { createSqlOverview } from '../../src/merchant/sql-overview.ts';
import { createMemoryRepository } from '../../src/memory-repository.ts';
import type { ShopRepository, StoredVerdict } from '../../src/repository.ts';
import { createSqlRepository, shopTables } from '../../src/sql-repository.ts';

interface Books {
  readonly repository: ShopRepository;
  readonly overview: Overview;
}

function openSqlite(): Books {
  const database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA foreign_keys = ON; ${shopTables}`);
  const query = async (text: string, params: readonly (string | number | null)[]) =>
    database.prepare(text).all(...params);
  return { repository: createSqlRepository(query), overview: createSqlOverview(query) };
}

function openMemory(): Books {
  const repository = createMemoryRepository();
  return { repository, overview: createMemoryOverview(repository) };
}

const all = { offset: 0, limit: 1000 };

/** Adds an order of ₹640.00 that was placed at `atMs`. */
async function place({ repository }: Books, number: string, atMs: number): Promise<void> {
  const order = { number, session: 'browser', teaId: 'winter-frost', quantity: 1, amountPaise: 64_000 };
  await repository.addOrder({ ...order, createdAtMs: atMs });
}

/** Adds a payment of an order, which its customer knows as `REF-<number>`. */
async function pay(books: Books, number: string, atMs: number, attempt = 1): Promise<void> {
  const reference = `${number}-${attempt}`;
  const start = { reference, orderNumber: number, attempt, cardId: 'pays', preAuth: false, startedAtMs: atMs };
  await books.repository.addAttempt({ ...start, stage: 'starting', pluralPaymentId: undefined });
  await books.repository.markStarted(reference, `p-${reference}`);
  await books.repository.addReference(`REF-${reference}`, number);
}

async function decide(
  { repository }: Books,
  number: string,
  outcome: StoredVerdict['outcome'],
  atMs: number,
  more: Partial<StoredVerdict> = {},
): Promise<void> {
  const payment = { pluralPaymentId: `p-${number}-1`, reference: undefined, amountPaise: 64_000, feePaise: 0 };
  const rest = { orderOpen: false, source: 'webhook' as const, receivedAtMs: atMs, orderNumber: number };
  await repository.addVerdict({ key: `${number}:${outcome}`, outcome, ...payment, ...rest, ...more });
}

describe.each([
  ['SQLite', openSqlite],
  ['memory', openMemory],
])('the overview in %s', (_where, open) => {
  test('sums every order by its strongest verdict, what was captured, and its fee, however many there are', async () => {
    const books = open();
    for (let index = 0; index < 60; index += 1) {
      await place(books, `NL-B${index}`, 10);
      await pay(books, `NL-B${index}`, 11);
      await decide(books, `NL-B${index}`, 'paid', 12);
    }
    await place(books, 'NL-PART', 20);
    await pay(books, 'NL-PART', 21);
    await decide(books, 'NL-PART', 'authorized', 22);
    await decide(books, 'NL-PART', 'paid', 23, { amountPaise: 10_000, feePaise: 1_500 });
    await place(books, 'NL-RESERVED', 30);
    await pay(books, 'NL-RESERVED', 31);
    await decide(books, 'NL-RESERVED', 'authorized', 32);
    await books.repository.addRefund({
      reference: 'r',
      orderNumber: 'NL-B1',
      amountPaise: 4_000,
      stage: 'done',
      atMs: 40,
    });
    await books.repository.addRefund({
      reference: 's',
      orderNumber: 'NL-B1',
      amountPaise: 9_000,
      stage: 'refused',
      atMs: 41,
    });
    await place(books, 'NL-BASKET', 50);
    expect(await books.overview.sum(0)).toEqual({
      paidPaise: 60 * 64_000 + 11_500,
      paidCount: 61,
      refundedPaise: 4_000,
      reservedPaise: 64_000,
      reservedCount: 1,
      oldestReservedAtMs: 32,
      waitingCount: 0,
      oldestWaitingAtMs: undefined,
      placedCount: 63,
      triedCount: 62,
    });
    expect(await books.overview.sum(13)).toMatchObject({
      paidPaise: 11_500,
      paidCount: 1,
      reservedCount: 1,
      placedCount: 3,
    });
    expect(await books.overview.find('NL-B1')).toMatchObject({ totalPaise: 64_000, refundedPaise: 4_000 });
  });

  test('a payment waits for the bank once its customer did what is his, and is unfinished before', async () => {
    const books = open();
    await place(books, 'NL-1', 10);
    await pay(books, 'NL-1', 11);
    const tell = (text: string, atMs: number): Promise<void> =>
      books.repository.addEntry({ kind: 'flow', text, subject: 'REF-NL-1-1', atMs });
    expect(await books.overview.find('NL-1')).toMatchObject({ status: 'unfinished', changedAtMs: 11 });
    await tell('otpSent', 12);
    expect(await books.overview.find('NL-1')).toMatchObject({ status: 'unfinished', step: 'otpSent', changedAtMs: 12 });
    await tell('submitted', 13);
    expect(await books.overview.find('NL-1')).toMatchObject({
      status: 'waiting',
      step: 'submitted',
      source: undefined,
    });
    expect(await books.overview.sum(0)).toMatchObject({ waitingCount: 1, oldestWaitingAtMs: 13 });
    await decide(books, 'NL-1', 'failed', 14);
    expect(await books.overview.find('NL-1')).toMatchObject({ status: 'failed', source: 'webhook', changedAtMs: 14 });
    await pay(books, 'NL-1', 15, 2);
    expect(await books.overview.find('NL-1')).toMatchObject({ status: 'waiting' });
  });

  test('finds orders by status, number, id at Plural and payment reference, page by page, and takes no pattern', async () => {
    const books = open();
    for (let index = 0; index < 7; index += 1) {
      await place(books, `NL-${index}`, index);
      await pay(books, `NL-${index}`, 20 + index);
    }
    await decide(books, 'NL-3', 'paid', 30);
    await books.repository.linkToPlural('NL-5', 'v1-plural_5');
    await place(books, 'NL-BASKET', 40);
    const find = async (filter: Parameters<Overview['list']>[0]): Promise<string[]> =>
      (await books.overview.list(filter, all)).lines.map(({ number }) => number);
    expect(await find({})).toEqual(['NL-6', 'NL-5', 'NL-4', 'NL-3', 'NL-2', 'NL-1', 'NL-0']);
    expect(await find({ status: 'paid' })).toEqual(['NL-3']);
    expect(await find({ status: 'basket' })).toEqual(['NL-BASKET']);
    expect(await find({ search: 'nl-3' })).toEqual(['NL-3']);
    expect(await find({ search: 'ural_5' })).toEqual(['NL-5']);
    expect(await find({ search: 'ref-nl-2-1' })).toEqual(['NL-2']);
    expect(await find({ search: 'basket' })).toEqual(['NL-BASKET']);
    for (const search of ['%', '_', '\\', "'", "' OR 1=1 --"])
      expect(await find({ search })).toEqual(search === '_' ? ['NL-5'] : []);
    expect(await find({ fromMs: 5 })).toEqual(['NL-6', 'NL-5']);
    const page = await books.overview.list({}, { offset: 5, limit: 5 });
    expect([page.count, page.lines.map(({ number }) => number)]).toEqual([7, ['NL-1', 'NL-0']]);
    expect(await books.overview.list({}, { offset: 500, limit: 5 })).toEqual({ lines: [], count: 7 });
  });

  test('finds orders with a problem that only a person can resolve, once for each problem', async () => {
    const books = open();
    await place(books, 'NL-1', 10);
    await pay(books, 'NL-1', 11);
    const tell = (text: string, atMs: number, subject?: string): Promise<void> =>
      books.repository.addEntry({ kind: 'problem', text, subject, atMs });
    await tell('PAID_TWICE', 12, 'REF-NL-1-1');
    await tell('PAID_TWICE', 13, 'REF-NL-1-1');
    await tell('AMOUNT_MISMATCH', 14, 'NL-1');
    await tell('API_FAILED', 15, 'NL-1');
    await tell('PAID_TWICE', 16, 'unknown');
    const found = await books.overview.findTroubled(0);
    expect(found.map(({ line, problem }) => [line.number, problem])).toEqual([
      ['NL-1', 'AMOUNT_MISMATCH'],
      ['NL-1', 'PAID_TWICE'],
    ]);
    expect(await books.overview.findTroubled(15)).toEqual([]);
  });
});

test('both overviews say the same of any orders', async () => {
  const pairs = [openSqlite(), openMemory()] as const;
  let state = 7;
  const random = (most: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % most;
  };
  for (let index = 0; index < 120; index += 1) {
    const number = `NL-${index}`;
    const atMs = 1000 + index * 10;
    const [attempts, hasReference] = [random(3), random(2) === 1];
    const outcomes = (['failed', 'authorized', 'cancelled', 'paid'] as const).filter(() => random(4) === 0);
    const step = ['shown', 'submitted', 'leftForBank', 'away'][random(4)] ?? '';
    const isRejected = random(5) === 0;
    for (const books of pairs) {
      await place(books, number, atMs);
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        if (hasReference) await pay(books, number, atMs + attempt, attempt);
        else {
          const start = { reference: `${number}-${attempt}`, orderNumber: number, attempt, cardId: `card ${attempt}` };
          const rest = {
            preAuth: false,
            stage: 'starting' as const,
            pluralPaymentId: undefined,
            startedAtMs: atMs + attempt,
          };
          await books.repository.addAttempt({ ...start, ...rest });
          if (isRejected) await books.repository.markRejected(`${number}-${attempt}`);
        }
      }
      if (attempts === 0) continue;
      await books.repository.addEntry({ kind: 'flow', text: step, subject: `REF-${number}-1`, atMs: atMs + 5 });
      for (const outcome of outcomes) await decide(books, number, outcome, atMs + 6, { feePaise: index });
    }
  }
  const [sql, memory] = pairs;
  expect(await sql.overview.list({ search: 'NL' }, all)).toEqual(await memory.overview.list({ search: 'NL' }, all));
  for (const fromMs of [0, 1500]) expect(await sql.overview.sum(fromMs)).toEqual(await memory.overview.sum(fromMs));
});
