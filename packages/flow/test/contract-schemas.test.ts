import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { ActionBody, LeaveBody, PaymentView, ProblemBody, SessionBody, SubmitBody } from '../src/contract.ts';
import {
  actionBodySchema,
  leaveBodySchema,
  paymentViewSchema,
  problemBodySchema,
  sessionBodySchema,
  submitBodySchema,
} from '../src/contract-schemas.ts';
import { randomUuid } from '../src/uuid.ts';
import { readyView } from './support/test-bench.ts';

const session = 'seal';
const idempotencyKey = '3f1f9f6e-5f0a-4d2b-8d5c-0b6f4a6c9e01';

test('the schemas infer the types of the contract', () => {
  expectTypeOf<v.InferOutput<typeof sessionBodySchema>>().toEqualTypeOf<SessionBody>();
  expectTypeOf<v.InferOutput<typeof actionBodySchema>>().toEqualTypeOf<ActionBody>();
  expectTypeOf<v.InferOutput<typeof submitBodySchema>>().toEqualTypeOf<SubmitBody>();
  expectTypeOf<v.InferOutput<typeof leaveBodySchema>>().toEqualTypeOf<LeaveBody>();
  expectTypeOf<v.InferOutput<typeof paymentViewSchema>>().toEqualTypeOf<PaymentView>();
  expectTypeOf<v.InferOutput<typeof problemBodySchema>>().toEqualTypeOf<ProblemBody>();
});

describe('bodies', () => {
  test.each([
    [sessionBodySchema, { session }],
    [actionBodySchema, { session, idempotencyKey }],
    [submitBodySchema, { session, idempotencyKey, otp: '0123' }],
    [submitBodySchema, { session, idempotencyKey, otp: '01234567' }],
    [leaveBodySchema, { session, idempotencyKey, to: 'bank' }],
    [leaveBodySchema, { session, idempotencyKey, to: 'cancel' }],
    [leaveBodySchema, { session, idempotencyKey, to: 'away', entry: {} }],
    [submitBodySchema, { session, idempotencyKey, otp: '0123', entry: { by: 'filled', edited: true, usableMs: 0 } }],
  ])('of the contract are accepted (%#)', (schema, body) => {
    expect(v.parse(schema, body)).toEqual(body);
  });

  test.each([
    [sessionBodySchema, {}],
    [sessionBodySchema, { session: '' }],
    [sessionBodySchema, { session: 'x'.repeat(4097) }],
    [sessionBodySchema, { session, idempotencyKey }],
    [actionBodySchema, { session }],
    [actionBodySchema, { session, idempotencyKey: '1' }],
    [actionBodySchema, { session, idempotencyKey, payment_id: 'v1-x' }],
    [submitBodySchema, { session, idempotencyKey, otp: 123456 }],
    [submitBodySchema, { session, idempotencyKey, otp: '123' }],
    [submitBodySchema, { session, idempotencyKey, otp: '123456789' }],
    [submitBodySchema, { session, idempotencyKey, otp: '१२३४५६' }],
    [submitBodySchema, { session, idempotencyKey, otp: '123456\n' }],
    [leaveBodySchema, { session, idempotencyKey, to: 'home' }],
    [leaveBodySchema, null],
  ])('of any other form are rejected (%#)', (schema, body) => {
    expect(v.safeParse(schema, body).success).toBe(false);
  });

  test.each([
    { by: 'voice' },
    { firstKeySeconds: 601 },
    { hiddenSeconds: 1.5 },
    { usableMs: -1 },
    { otp: '1234' },
    'typed',
  ])('a note holds time and manner only, within bounds: not %j', (entry) => {
    expect(v.safeParse(submitBodySchema, { session, idempotencyKey, otp: '0123', entry }).success).toBe(false);
  });

  test('an idempotency key of the flow is valid by the schema', () => {
    const keys = new Set(Array.from({ length: 500 }, randomUuid));
    expect(keys.size).toBe(500);
    for (const key of keys)
      expect(v.parse(actionBodySchema, { session, idempotencyKey: key })).toEqual({ session, idempotencyKey: key });
  });
});

describe('responses', () => {
  test.each([
    { ...readyView, phase: 'paid' },
    { ...readyView, next: ['fly'] },
    { ...readyView, revision: 1.5 },
    { ...readyView, reference: 'short' },
    { ...readyView, reference: '!pay-7K2MX4QD' },
    { ...readyView, reference: 'pay-7K2MX4QD!' },
    { ...readyView, challengeUrl: 'javascript:alert(1)//https://bank.example/' },
    { ...readyView, display: { amount: { value: 1, currency: 'xINR' } } },
    { ...readyView, display: { amount: { value: 1, currency: 'INRx' } } },
    { ...readyView, display: { amount: { value: 1, currency: 'inr' } } },
    { ...readyView, display: { fee: {} } },
    { ...readyView, order_id: 'v1-123' },
    { ...readyView, challengeUrl: 'javascript:alert(1)' },
    { ...readyView, leftForBank: false },
    { ...readyView, display: { lastDigits: '4012001037141112' } },
    { ...readyView, display: { destination: '+91 98765 04321' } },
    { ...readyView, problem: { code: 'BUSY', advice: 'tryLater' } },
  ])('a view with an unknown or invalid member is rejected (%#)', (body) => {
    expect(v.safeParse(paymentViewSchema, body).success).toBe(false);
  });

  test('a view may contain an amount with its fee', () => {
    const display = { amount: { value: 35_700, currency: 'INR' }, fee: { value: 700, currency: 'INR' } };
    expect(v.parse(paymentViewSchema, { ...readyView, display })).toEqual({ ...readyView, display });
  });

  test('a problem requires nothing but its code', () => {
    expect(v.safeParse(problemBodySchema, { problem: { code: 'BUSY' } }).success).toBe(true);
    expect(v.safeParse(problemBodySchema, { problem: { code: 'BUSY', message: 'x' } }).success).toBe(false);
    expect(v.safeParse(problemBodySchema, { problem: { code: 'OTHER' } }).success).toBe(false);
  });
});
