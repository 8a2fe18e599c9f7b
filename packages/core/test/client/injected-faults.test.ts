import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { endByFetch, injectedFaults } from '../support/injected-faults.ts';
import { endOf, operations } from '../support/retry-rules.ts';

beforeAll(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterAll(() => void vi.restoreAllMocks());

describe.each(injectedFaults)('$fault.name, by an injected fetch', (injected) => {
  test.concurrent.each(operations)('%s is sent and ends as the retry table says', async (operation) => {
    expect(await endByFetch(injected, operation)).toEqual({ ...endOf(injected.fault, operation), operation });
  });
});
