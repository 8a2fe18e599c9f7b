/**
 * What each of the twelve calls does after each fault, written from the rules and not from the code. Pure, so that
 * it is met over sockets in Node and by an injected fetch in every runtime.
 */

import type { Operation, Outcome, PluralErrorCode } from '@plural-otp/core';
import { callNames } from './plural-stub.ts';

type Rule = 'always' | 'noResponse' | 'never';

/** How often a call may reach Plural, and after what. */
export const rules: Record<Operation, { attempts: number; rule: Rule; writes: boolean }> = {
  getToken: { attempts: 3, rule: 'always', writes: false },
  getOrder: { attempts: 3, rule: 'always', writes: false },
  getOrderByReference: { attempts: 3, rule: 'always', writes: false },
  getCardDetails: { attempts: 2, rule: 'noResponse', writes: false },
  createOrder: { attempts: 2, rule: 'always', writes: true },
  createPayment: { attempts: 1, rule: 'never', writes: true },
  generateOtp: { attempts: 1, rule: 'never', writes: true },
  submitOtp: { attempts: 1, rule: 'never', writes: true },
  resendOtp: { attempts: 1, rule: 'never', writes: true },
  captureOrder: { attempts: 1, rule: 'never', writes: true },
  cancelOrder: { attempts: 1, rule: 'never', writes: true },
  refundOrder: { attempts: 1, rule: 'never', writes: true },
};

export const operations: Operation[] = ['getToken', ...callNames];

/** What a call comes to after a fault, whatever carried it. */
export interface Fault {
  name: string;
  /** What may be repeated after it: everything that repeats, only what repeats unanswered too, or nothing. */
  retriedOn: 'noResponse' | 'failure' | 'never';
  code: PluralErrorCode;
  /** What it means for a write. */
  outcome: Outcome;
  /** Where a call reads the same answer differently. */
  overrides?: Partial<Record<Operation, [PluralErrorCode, Outcome]>>;
}

/** A fault that is a whole answer. */
export interface ResponseFault extends Fault {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The error a call ends with, and how many requests reach Plural before it does. */
export function expectedResult(
  fault: Fault,
  operation: Operation,
): { code: PluralErrorCode; outcome: Outcome; requestCount: number } {
  const { attempts, rule, writes } = rules[operation];
  const repeated =
    fault.retriedOn === 'failure' ? rule === 'always' : fault.retriedOn === 'noResponse' && rule !== 'never';
  const [code, outcome] = fault.overrides?.[operation] ?? [fault.code, writes ? fault.outcome : 'none'];
  return { code, outcome, requestCount: repeated ? attempts : 1 };
}

/** A connection that breaks; `body`: after headers came. */
export const connectionFault = (name: string, body: boolean): Fault => ({
  name,
  retriedOn: body ? 'failure' : 'noResponse',
  code: 'NETWORK_FAILED',
  outcome: 'unknown',
});

/** An answer that never comes whole. */
export const stalledFault = (name: string): Fault => ({
  name,
  retriedOn: 'failure',
  code: 'TIMEOUT',
  outcome: 'unknown',
});

const otp = (
  generate: [PluralErrorCode, Outcome],
  submit: [PluralErrorCode, Outcome],
  resend: [PluralErrorCode, Outcome],
) => ({
  generateOtp: generate,
  submitOtp: submit,
  resendOtp: resend,
});
const rejectedTokenCall = { getToken: ['CREDENTIALS_REJECTED', 'none'] as [PluralErrorCode, Outcome] };
const unavailable: [PluralErrorCode, Outcome] = ['NATIVE_OTP_UNAVAILABLE', 'none'];
const readOrder: [PluralErrorCode, Outcome] = ['API_REJECTED', 'unknown'];
const rejected: [PluralErrorCode, Outcome] = ['API_REJECTED', 'none'];

/** An answer that came whole and is none. A token call that answers an error was refused, whatever the code. */
export const invalidResponseFault = (name: string): Fault => ({
  name,
  retriedOn: 'never',
  code: 'RESPONSE_INVALID',
  outcome: 'unknown',
  overrides: name.startsWith('an unknown error') ? rejectedTokenCall : {},
});

export const responseFaults: ResponseFault[] = [
  ...[500, 502, 503, 504].map((code): ResponseFault => ({
    name: String(code),
    status: code,
    retriedOn: 'failure',
    code: 'API_FAILED',
    outcome: 'unknown',
  })),
  {
    name: '503 that asks to wait an hour',
    status: 503,
    headers: { 'retry-after': '3600' },
    retriedOn: 'never',
    code: 'API_FAILED',
    outcome: 'unknown',
  },
  { name: '408', status: 408, retriedOn: 'failure', code: 'TIMEOUT', outcome: 'unknown' },
  ...[
    ['seconds', '0', true],
    ['a date', new Date(0).toUTCString(), true],
    ['a negative number', '-5', true],
    ['words', 'later', true],
    ['nothing', undefined, true],
    ['a huge number', '99999999999', true],
    ['an hour', '3600', false],
    ['a date far away', 'Fri, 01 Jan 2100 00:00:00 GMT', false],
  ].map(([words, retryAfter, repeated]): ResponseFault => ({
    name: `429 with Retry-After ${words as string}`,
    status: 429,
    headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter as string },
    retriedOn: repeated === true ? 'failure' : 'never',
    code: 'BUSY',
    outcome: 'none',
  })),
  ...[400, 403, 404].map((code): ResponseFault => ({
    name: String(code),
    status: code,
    body: { code: 'INVALID_REQUEST' },
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'none',
    overrides: { ...rejectedTokenCall, ...otp(unavailable, readOrder, rejected) },
  })),
  {
    name: '409',
    status: 409,
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'unknown',
    overrides: { ...rejectedTokenCall, ...otp(unavailable, readOrder, readOrder) },
  },
  {
    name: '422 without next',
    status: 422,
    body: { message: 'no' },
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'none',
    overrides: { ...rejectedTokenCall, ...otp(unavailable, readOrder, ['RESEND_LIMIT', 'none']) },
  },
  {
    name: '422 with next',
    status: 422,
    body: { next: ['SUBMIT_OTP', 'RESEND_OTP'] },
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'none',
    overrides: {
      ...rejectedTokenCall,
      ...otp(unavailable, ['OTP_NOT_ACCEPTED', 'none'], ['RESEND_TOO_EARLY', 'none']),
    },
  },
  {
    name: '422 with next NONE',
    status: 422,
    body: { next: ['NONE'] },
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'none',
    overrides: {
      ...rejectedTokenCall,
      ...otp(unavailable, ['ATTEMPTS_USED', 'unknown'], ['ATTEMPTS_USED', 'unknown']),
    },
  },
  {
    name: '401 with next',
    status: 401,
    body: { next: ['SUBMIT_OTP'] },
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'none',
    overrides: { ...rejectedTokenCall, ...otp(unavailable, ['OTP_NOT_ACCEPTED', 'none'], ['RESEND_LIMIT', 'none']) },
  },
  {
    name: 'a published refusal with 200',
    status: 200,
    body: { code: 'OPERATION_NOT_ALLOWED', message: 'no' },
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'none',
    overrides: { ...rejectedTokenCall, ...otp(unavailable, readOrder, rejected) },
  },
];
