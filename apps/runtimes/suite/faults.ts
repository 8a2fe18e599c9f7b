/** The retry rules, met by an injected fetch, so in every runtime alike. */

import { isPluralError } from '@plural-otp/core';
import {
  createFaultyClient,
  resultByFetch,
  injectedFaults,
  json,
  runCall,
  withoutJitter,
} from '../../../packages/core/test/support/injected-faults.ts';
import { calls, callNames, order, orderBody } from '../../../packages/core/test/support/plural-stub.ts';
import { expectedResult, operations, rules } from '../../../packages/core/test/support/retry-rules.ts';
import { equal, type Cases } from './assert.ts';

export const faultCases: Cases = {
  ...Object.fromEntries(
    injectedFaults.map((injected) => [
      `core: ${injected.fault.name}: each of the ${operations.length} calls is sent and ends as the retry table says`,
      () =>
        withoutJitter(() =>
          Promise.all(
            operations.map(async (operation) => {
              equal(
                await resultByFetch(injected, operation),
                { ...expectedResult(injected.fault, operation), operation },
                operation,
              );
            }),
          ),
        ),
    ]),
  ),
  'core: 401 once: every call goes again with a fresh token': async () => {
    for (const name of callNames) {
      const { plural, requests } = createFaultyClient(name, (count) =>
        count === 1 ? json(401, { message: 'no' }) : json(200, calls[name].response),
      );
      await runCall(plural, name);
      equal(requests.length, 2, name);
    }
  },
  'core: 401 again and again: every call ends': async () => {
    for (const name of callNames) {
      const { plural, requests } = createFaultyClient(name, () => json(401, {}));
      const error = await runCall(plural, name).catch((thrown: unknown) => thrown);
      const { code, outcome } = isPluralError(error) ? error : {};
      equal([code, outcome, requests.length], ['CREDENTIALS_REJECTED', 'none', 2], name);
    }
    const refused = await resultByFetch({ respond: () => json(401, {}) }, 'getToken');
    equal([refused.code, refused.outcome, refused.requestCount], ['CREDENTIALS_REJECTED', 'none', 1], 'getToken');
  },
  'core: a fresh token earns a write no second repetition': () =>
    withoutJitter(async () => {
      for (const name of callNames) {
        const { plural, requests } = createFaultyClient(name, (count) => json(count === 1 ? 401 : 500, {}));
        await runCall(plural, name).catch(() => undefined);
        equal(requests.length, 1 + (rules[name].rule === 'always' ? rules[name].attempts : 1), name);
      }
    }),
  'core: an order whose answer was lost is adopted, not made twice': () =>
    withoutJitter(async () => {
      const { plural, requests } = createFaultyClient('createOrder', (count) => {
        if (count === 1) throw new TypeError('connection reset');
        return count === 2 ? json(422, { code: 'DUPLICATE_REQUEST' }) : json(200, { data: order });
      });
      equal((await plural.createOrder(orderBody)).order_id, order.order_id, 'order');
      equal(requests.length, 3, 'requests');
    }),
};
