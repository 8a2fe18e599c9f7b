import { PluralError, type Operation } from '@plural-otp/core';
import { expect, test } from 'vitest';
import { toCheckoutProblem } from '../src/checkout-problems.ts';

const rejected = (operation: Operation, status: number, code?: string): PluralError =>
  new PluralError('API_REJECTED', { operation, status, upstream: { ...(code !== undefined && { code }) } });

test.each([
  ['an unknown order', rejected('getOrder', 404, 'ORDER_NOT_FOUND'), 'This order can no longer be paid'],
  ['an unknown order at the payment', rejected('createPayment', 404), 'This order can no longer be paid'],
  [
    'an unknown order with another status',
    rejected('getOrder', 422, 'ORDER_NOT_FOUND'),
    'This order can no longer be paid',
  ],
  ['a rejected payment', rejected('createPayment', 422, 'CARD_NOT_ALLOWED'), 'This card was not accepted'],
  ['a path that does not exist', rejected('createOrder', 404), 'Card payments are not available right now'],
  ['a token service that does not exist', rejected('getToken', 404), 'Card payments are not available right now'],
  ['no response', new PluralError('TIMEOUT', { operation: 'getOrder' }), 'The payment service is not responding'],
  ['an error of the shop', new Error('x'), 'The payment service is not responding'],
])('%s has words of its own', (_name, error, title) => expect(toCheckoutProblem(error).title).toBe(title));
