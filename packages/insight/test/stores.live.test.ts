import { afterAll, describe } from 'vitest';
import { describeStore } from './support/describe-store.ts';
import { hasPostgres, openPostgres, stopPostgres } from './support/postgres.ts';
import { openD1, openDurableObject, stopWorkerd } from './support/workerd.ts';

describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  afterAll(stopPostgres);
  describeStore('PostgreSQL', openPostgres, 40);
});

describe('workerd', () => {
  afterAll(stopWorkerd);
  describeStore('D1', openD1, 25);
  describeStore('the SQLite of a Durable Object', openDurableObject, 25);
});
