import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { resultByFetch, injectedFaults } from '../support/injected-faults.ts';
import { expectedResult, operations } from '../support/retry-rules.ts';

beforeAll(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
afterAll(() => void vi.restoreAllMocks());

describe.each(injectedFaults)('$fault.name, by an injected fetch', (injected) => {
  test.concurrent.each(operations)('%s is sent and ends as the retry table says', async (operation) => {
    expect(await resultByFetch(injected, operation)).toEqual({
      ...expectedResult(injected.fault, operation),
      operation,
    });
  });
});
