import { memoryStore } from '@plural-otp/edge';
import { getStoreCases } from '@plural-otp/edge/stores/contract';
import { describe, expect, test } from 'vitest';
import { describeStoreContract } from '../support/store-contract.ts';
import { createFlawedStore, type Flaw } from '../support/wrong-stores.ts';

describeStoreContract('a store with a table and a separate index', (context) => createFlawedStore(context), {
  engineFailures: true,
});

/** Each way to write a store wrong, and the beginning of the rule that it breaks. */
const caught: Record<Flaw, string> = {
  'ignores the version': 'a save with a version other than the newest',
  'compares and writes in two steps': 'of 60 parallel increments',
  'counts versions from one in each life': 'an expired record takes no save',
  'keeps its own version': 'a save may name its version',
  'cuts values at 4 KiB': 'a value of 8 KiB',
  'has keys without case': 'keys are stored unchanged',
  'reads its own clock': 'a record is kept for its seconds',
  'lets due records expire': 'a record with a due time never expires',
  'is due a millisecond late': 'a record is due from its due time on',
  'writes the index after the record': 'a crash anywhere within a save',
  'moves the due time of a save that failed': 'a save that resolves to false neither moves',
  'extends the life of a save that failed': 'a save that resolves to false neither moves',
  'claims the newest first': 'claim returns the records whose due time has come',
  'ignores the limit': 'claim returns the records whose due time has come',
  'ignores undelivered verdicts': 'records with an undelivered verdict come first',
  'forgets undelivered verdicts when it claims': 'a claim keeps a record undelivered',
  'lists in place of claiming': 'claim moves the due time',
  'claims without a new version': 'a claim changes the version',
  'claims in two steps': 'ten claimers at once',
  'claims only what it can parse': 'a record that nobody can read',
  'deletes what it claims': 'claim moves the due time',
  'hides failures of its engine': 'while its engine fails every method rejects',
  'saves outside its transaction': 'transaction, where a store offers it: nothing is saved',
  'swallows the error of a transaction': 'transaction, where a store offers it: nothing is saved',
};
const isFlaw = (name: string): name is Flaw => Object.hasOwn(caught, name);

describe('the store contract', () => {
  const failures = async (flaw: Flaw): Promise<string[]> => {
    const failed: string[] = [];
    for (const { name, run } of getStoreCases((context) => createFlawedStore(context, flaw), {
      engineFailures: true,
    })) {
      await run().catch(() => failed.push(name));
    }
    return failed;
  };

  test.each(Object.entries(caught))('rejects a store that %s', async (flaw, rule) => {
    if (!isFlaw(flaw)) throw new Error(flaw);
    const failed = await failures(flaw);
    expect(failed.filter((name) => name.startsWith(rule))).toHaveLength(1);
  });

  test('says what was expected and what the store did', async () => {
    const cases = getStoreCases((context) => createFlawedStore(context, 'cuts values at 4 KiB'));
    const run = cases.find(({ name }) => name === 'a value of 8 KiB is stored whole')?.run();
    await expect(run).rejects.toThrow('the loaded value is the saved one: expected true, got false');
  });

  test('adds the rules of a failing engine only where they are asked for, and rejects a store that bypasses it', async () => {
    const open = () => memoryStore();
    const plain = new Set(getStoreCases(open).map(({ name }) => name));
    const added = getStoreCases(open, { engineFailures: true }).filter(({ name }) => !plain.has(name));
    expect(added).toHaveLength(4);
    for (const { run } of added) await expect(run()).rejects.toThrow(/expected a rejection|made no call/);
  });

  test('has a title of its own for each rule', () => {
    const names = getStoreCases(() => memoryStore(), { engineFailures: true }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
