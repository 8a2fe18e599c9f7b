/**
 * Expected result of each of the twelve calls after each fault, written from the rules and not from the code. Pure, so
 * that it applies to sockets in Node and to an injected fetch in every runtime.
 */

import type { Outcome, PluralErrorCode } from '@plural-otp/core';
import { callNames, type CalledOperation } from './plural-stub.ts';

type Rule = 'always' | 'noResponse' | 'never';

/** Number of attempts of a call, and the failures after which it is retried. */
export const rules: Record<CalledOperation, { attempts: number; rule: Rule; writes: boolean }> = {
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

export const operations: CalledOperation[] = ['getToken', ...callNames];

/** A fault and the result of a call that meets it, whatever caused it. */
export interface Fault {
  name: string;
  /** Calls that are retried after it: those with any retry policy, only those that retry every failure, or none. */
  retriedOn: 'noResponse' | 'failure' | 'never';
  code: PluralErrorCode;
  /** Outcome of a write. */
  outcome: Outcome;
  /** Calls that interpret the same response differently. */
  overrides?: Partial<Record<CalledOperation, [PluralErrorCode, Outcome]>>;
}

/** A fault that is a complete response. */
export interface ResponseFault extends Fault {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Returns the error a call ends with, and the number of requests that reach Plural before. */
export function expectedResult(
  fault: Fault,
  operation: CalledOperation,
): { code: PluralErrorCode; outcome: Outcome; requestCount: number } {
  const { attempts, rule, writes } = rules[operation];
  const isRetried =
    fault.retriedOn === 'failure' ? rule === 'always' : fault.retriedOn === 'noResponse' && rule !== 'never';
  const [code, outcome] = fault.overrides?.[operation] ?? [fault.code, writes ? fault.outcome : 'none'];
  return { code, outcome, requestCount: isRetried ? attempts : 1 };
}

/** A connection that breaks; `body`: after the headers arrived. */
export const connectionFault = (name: string, body: boolean): Fault => ({
  name,
  retriedOn: body ? 'failure' : 'noResponse',
  code: 'NETWORK_FAILED',
  outcome: 'unknown',
});

/** A response that never completes. */
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

/** A complete response of an invalid form. A token call with an error body was rejected, whatever the code. */
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
    name: '503 with Retry-After of an hour',
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
  ].map(([words, retryAfter, isRetried]): ResponseFault => ({
    name: `429 with Retry-After ${words as string}`,
    status: 429,
    headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter as string },
    retriedOn: isRetried === true ? 'failure' : 'never',
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
    // A gateway rejects a token call with other statuses than the token service does.
    overrides: { ...(code === 400 ? rejectedTokenCall : {}), ...otp(unavailable, readOrder, rejected) },
  })),
  {
    name: '409',
    status: 409,
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'unknown',
    overrides: otp(unavailable, readOrder, readOrder),
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
    name: 'a published rejection with 200',
    status: 200,
    body: { code: 'OPERATION_NOT_ALLOWED', message: 'no' },
    retriedOn: 'never',
    code: 'API_REJECTED',
    outcome: 'none',
    overrides: { ...rejectedTokenCall, ...otp(unavailable, readOrder, rejected) },
  },
];
