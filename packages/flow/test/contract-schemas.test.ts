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

test('the schemas give the types of the contract', () => {
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
  ])('as the contract has them are taken (%#)', (schema, body) => {
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
  ])('of any other form are refused (%#)', (schema, body) => {
    expect(v.safeParse(schema, body).success).toBe(false);
  });

  test('an act that the flow makes is one the schema takes', () => {
    const acts = new Set(Array.from({ length: 500 }, randomUuid));
    expect(acts.size).toBe(500);
    for (const made of acts)
      expect(v.parse(actionBodySchema, { session, idempotencyKey: made })).toEqual({ session, idempotencyKey: made });
  });
});

describe('answers', () => {
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
  ])('a view with more or other than the browser may know is none (%#)', (body) => {
    expect(v.safeParse(paymentViewSchema, body).success).toBe(false);
  });

  test('an amount with its fee is part of a view', () => {
    const display = { amount: { value: 35_700, currency: 'INR' }, fee: { value: 700, currency: 'INR' } };
    expect(v.parse(paymentViewSchema, { ...readyView, display })).toEqual({ ...readyView, display });
  });

  test('a problem is named by its code alone', () => {
    expect(v.safeParse(problemBodySchema, { problem: { code: 'BUSY' } }).success).toBe(true);
    expect(v.safeParse(problemBodySchema, { problem: { code: 'BUSY', message: 'x' } }).success).toBe(false);
    expect(v.safeParse(problemBodySchema, { problem: { code: 'OTHER' } }).success).toBe(false);
  });
});
