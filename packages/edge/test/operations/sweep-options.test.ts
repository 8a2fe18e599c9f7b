import type { SweepOptions } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { catchPluralError, createTestShop, instantSleep, startAndPrompt } from '../support/test-shop.ts';

const budget = 'a number of milliseconds above 0, or Infinity';
const concurrency = 'an integer from 1 to 1000';

describe('sweep', () => {
  test.each<[options: unknown, path: string, expected: string]>([
    [{ budgetMs: 0 }, 'budgetMs', budget],
    [{ budgetMs: -1 }, 'budgetMs', budget],
    [{ budgetMs: Number.NaN }, 'budgetMs', budget],
    [{ budgetMs: '5000' }, 'budgetMs', budget],
    [{ concurrency: 0 }, 'concurrency', concurrency],
    [{ concurrency: -1 }, 'concurrency', concurrency],
    [{ concurrency: 0.5 }, 'concurrency', concurrency],
    [{ concurrency: Number.NaN }, 'concurrency', concurrency],
    [{ concurrency: Infinity }, 'concurrency', concurrency],
    [{ concurrency: 1001 }, 'concurrency', concurrency],
    [{ concurrency: '8' }, 'concurrency', concurrency],
    [{ signal: {} }, 'signal', 'an AbortSignal'],
    [{ signal: 5000 }, 'signal', 'an AbortSignal'],
    [null, 'options', 'an object'],
    [5000, 'options', 'an object'],
  ])('refuses %o, which it could not follow: %s', async (options, path, expected) => {
    const { shop } = await startAndPrompt();
    shop.clock.advance(60);
    expect(await catchPluralError(shop.handler.sweep(options as SweepOptions))).toMatchObject({
      code: 'OPTIONS_INVALID',
      issues: [{ path, expected }],
    });
    // Nothing was claimed, so the next sweep has it all.
    expect(await shop.handler.sweep()).toMatchObject({ checked: 1 });
  });

  test('names every option that is wrong', async () => {
    const { issues } = await catchPluralError(createTestShop().handler.sweep({ budgetMs: -1, concurrency: 0 }));
    expect(issues?.map(({ path }) => path)).toEqual(['budgetMs', 'concurrency']);
  });

  test.each<[options: unknown]>([
    [undefined],
    [{}],
    [{ budgetMs: undefined, concurrency: undefined, signal: undefined }],
    [{ budgetMs: null, concurrency: null, signal: null }],
    [{ concurrency: 1 }],
    [{ concurrency: 1000 }],
    [{ budgetMs: 0.5 }],
    [{ budgetMs: 30 * 86_400_000 }],
    [{ budgetMs: Number.MAX_VALUE }],
    [{ budgetMs: Infinity }],
  ])('with %o works until nothing is due', async (options) => {
    const shop = createTestShop({
      // As the timers of every runtime do: a time of more than 31 bits is over at once.
      wait: (ms, signal) => (ms > 2_147_483_647 ? Promise.resolve() : instantSleep(ms, signal)),
      async network(request, send) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return send(request);
      },
    });
    for (let index = 0; index < 3; index += 1) await shop.startPayment(await shop.createOrder());
    shop.clock.advance(60);
    expect(await shop.handler.sweep(options as SweepOptions)).toMatchObject({ checked: 3, more: false });
  });
});
