import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import {
  errorTable,
  findCapture,
  findPayment,
  isPluralError,
  PluralError,
  cancelOutcome,
  submitOutcome,
  type Order,
  type PluralErrorCode,
} from '@plural-otp/core';
import { calls, callNames, order, stubPlural } from '../support/plural-stub.ts';

describe('PluralError', () => {
  const codes = Object.keys(errorTable) as PluralErrorCode[];

  test.each(codes)('%s: its message has condition and remedy, and its outcome is the table’s', (code) => {
    const error = new PluralError(code);
    expect(error).toMatchObject({ name: 'PluralError', code });
    expect(error.message).toContain(errorTable[code].when);
    expect(error.message).toContain(errorTable[code].remedy);
    expect(new PluralError(code, { operation: 'getOrder' }).outcome).toBe(
      errorTable[code].outcome === 'unknown' ? 'unknown' : 'none',
    );
    expect(new PluralError(code, { operation: 'submitOtp' }).outcome).toBe(
      errorTable[code].outcome === 'none' ? 'none' : 'unknown',
    );
  });

  test('is recognized by its brand, also when another copy of the package created it', async () => {
    vi.resetModules();
    const copy = (await import('../../src/errors/plural-error.ts')).PluralError;
    expect(copy).not.toBe(PluralError);
    expect(isPluralError(new copy('BUSY'))).toBe(true);
  });

  test.each([undefined, null, 'BUSY', new Error('BUSY'), { name: 'PluralError', code: 'BUSY' }])(
    '%s is no PluralError',
    (value) => {
      expect(isPluralError(value)).toBe(false);
    },
  );

  test('isPluralError with codes is true for one of these alone, and narrows to them', () => {
    const error: unknown = new PluralError('BUSY');
    expect(isPluralError(error, 'BUSY')).toBe(true);
    expect(isPluralError(error, 'TIMEOUT', 'BUSY')).toBe(true);
    expect(isPluralError(error, 'TIMEOUT')).toBe(false);
    expect(isPluralError({ code: 'BUSY' }, 'BUSY')).toBe(false);
    if (isPluralError(error, 'BUSY', 'TIMEOUT')) expectTypeOf(error.code).toEqualTypeOf<'BUSY' | 'TIMEOUT'>();
    // @ts-expect-error -- a misspelt code is an error of the compiler
    expect(isPluralError(error, 'BSY')).toBe(false);
  });

  test('isPluralError is a callback of filter, which passes it an index', () => {
    expect([new PluralError('BUSY'), new Error('x'), new PluralError('TIMEOUT')].filter(isPluralError)).toHaveLength(2);
  });

  test('has only the members it was given, and no cause', () => {
    expect(Object.keys(new PluralError('BUSY')).sort()).toEqual(['code', 'name', 'outcome']);
    expect('cause' in new PluralError('BUSY')).toBe(false);
  });
});

describe('abort and timeout', () => {
  test.each(callNames)('%s: an abort after sending ends the wait at once, without a retry', async (name) => {
    const abort = new AbortController();
    const writes = !['getOrder', 'getOrderByReference', 'getCardDetails'].includes(name);
    const { plural, requests } = stubPlural(() => new Promise<never>(() => undefined));
    const inner = plural[name] as (...args: unknown[]) => Promise<unknown>;
    // The call as the table makes it, with a signal as its last argument.
    const withSignal = { ...plural, [name]: (...args: unknown[]) => inner(...args, { signal: abort.signal }) };
    const work = calls[name].run(withSignal).catch((error: unknown) => error);
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    abort.abort(new Error('the caller’s own reason'));
    expect(await work).toMatchObject({ code: 'ABORTED', operation: name, outcome: writes ? 'unknown' : 'none' });
    expect(requests).toHaveLength(1);
  });

  test('an abort between two attempts ends it with the error of the first', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const abort = new AbortController();
    const { plural, requests } = stubPlural(() => {
      setTimeout(() => abort.abort(), 0);
      return Response.json({}, { status: 500 });
    });
    const error = await plural.getOrder('o-1', { signal: abort.signal }).catch((thrown: unknown) => thrown);
    vi.restoreAllMocks();
    expect(error).toMatchObject({ code: 'API_FAILED' });
    expect(requests).toHaveLength(1);
  });

  test('timeouts: 10 s for reads, 30 s for calls that reach the issuer, or timeoutMs', async () => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0);
    try {
      const errorAfterTimeout = async (name: 'getCardDetails' | 'submitOtp', timeoutMs?: number): Promise<string> => {
        const { plural } = stubPlural(
          () => new Promise<never>(() => undefined),
          timeoutMs === undefined ? {} : { timeoutMs },
        );
        const work = calls[name].run(plural).catch((error: unknown) => String(error));
        await vi.advanceTimersByTimeAsync(200_000);
        return (await work) as string;
      };
      expect(await errorAfterTimeout('getCardDetails')).toContain('waited 10000 ms');
      expect(await errorAfterTimeout('submitOtp')).toContain('waited 30000 ms');
      expect(await errorAfterTimeout('submitOtp', 1234)).toContain('waited 1234 ms');
      await stubPlural(Response.json({ data: order })).plural.getOrder('o-1');
      expect(vi.getTimerCount()).toBe(0);
      const { plural } = stubPlural(() => new Promise<never>(() => undefined));
      const work = plural.getOrder('o-1', { timeoutMs: 77 }).catch((error: unknown) => String(error));
      await vi.advanceTimersByTimeAsync(200_000);
      expect(await work).toContain('waited 77 ms');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
      vi.restoreAllMocks();
    }
  });

  test('a signal that outlives many calls has no listener left', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = ((...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    }) as typeof signal.addEventListener;
    signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    }) as typeof signal.removeEventListener;
    const { plural } = stubPlural([Response.json({}, { status: 401 }), Response.json({ data: order })]);
    await plural.getOrder('o-1', { signal });
    await plural.getOrder('o-1', { signal });
    expect(listeners).toBe(0);
  });
});

describe('write outcomes, read from the order', () => {
  const withPayment = (status: string, payment: string, more: object = {}): Order => ({
    ...order,
    status,
    payments: [{ id: 'p-1', status: payment, merchant_payment_reference: 'r-1', ...more }],
  });

  test('findPayment: by the merchant’s reference, else undefined', () => {
    expect(findPayment(withPayment('PENDING', 'PENDING'), 'r-1')?.id).toBe('p-1');
    expect(findPayment(withPayment('PENDING', 'PENDING'), 'r-2')).toBeUndefined();
    expect(findPayment(order as Order, 'r-1')).toBeUndefined();
  });

  test('findCapture: in any payment, by the merchant’s reference, else undefined', () => {
    const captured = withPayment('PROCESSED', 'PROCESSED', { capture_data: [{ merchant_capture_reference: 'c-1' }] });
    expect(findCapture(captured, 'c-1')).toBeDefined();
    expect(findCapture(captured, 'c-2')).toBeUndefined();
    expect(findCapture(withPayment('AUTHORIZED', 'AUTHORIZED'), 'c-1')).toBeUndefined();
  });

  test.each([
    ['CANCELLED', 'cancelled'],
    ['PROCESSED', 'tooLate'],
    ['PARTIALLY_REFUNDED', 'tooLate'],
    ['FULLY_REFUNDED', 'tooLate'],
    ['PARTIALLY_CAPTURED', 'tooLate'],
    ['AUTHORIZED', 'notCancelled'],
    ['PENDING', 'unknown'],
    ['A_LATER_STATUS', 'unknown'],
  ])('cancelOutcome: an order that is %s: %s', (status, reading) => {
    expect(cancelOutcome({ ...order, status })).toBe(reading);
  });

  test.each([
    ['PROCESSED', 'PROCESSED', 'accepted'],
    ['AUTHORIZED', 'AUTHORIZED', 'accepted'],
    ['ATTEMPTED', 'FAILED', 'ended'],
    ['CANCELLED', 'CANCELLED', 'ended'],
    ['FAILED', 'PENDING', 'ended'],
    ['CANCELLED', 'PENDING', 'ended'],
    ['ATTEMPTED', 'PENDING', 'notAccepted'],
    ['PENDING', 'PENDING', 'open'],
    ['CREATED', 'PENDING', 'open'],
    ['PENDING', 'A_LATER_STATUS', 'open'],
    ['PROCESSED', 'PENDING', 'open'],
    ['PENDING', 'PROCESSED', 'accepted'],
    ['PENDING', 'AUTHORIZED', 'accepted'],
    ['CANCELLED', 'PROCESSED', 'ended'],
  ])('submitOutcome: order %s, payment %s: %s', (status, payment, reading) => {
    expect(submitOutcome(withPayment(status, payment), 'p-1')).toBe(reading);
  });

  test('submitOutcome: another payment with the money ends this one, and one that is open proves no attempt', () => {
    expect(submitOutcome(withPayment('PROCESSED', 'PROCESSED'), 'p-2')).toBe('ended');
    expect(submitOutcome(withPayment('PENDING', 'PROCESSED'), 'p-2')).toBe('open');
    const attempted = withPayment('ATTEMPTED', 'PENDING');
    const withAnother = (word: string): Order => ({
      ...attempted,
      payments: [...attempted.payments, { id: 'p-2', status: word }],
    });
    expect(submitOutcome(withAnother('PENDING'), 'p-1')).toBe('open');
    expect(submitOutcome(withAnother('FAILED'), 'p-1')).toBe('notAccepted');
  });
});
