/** Tests of the handler on a store whose database server crashes, is slow, or loses a response. */
import { randomUUID } from 'node:crypto';
import type { PaymentStore } from '@plural-otp/edge';
import { describe, expect, test, vi } from 'vitest';
import { waitOptions } from './databases.ts';
import type { FaultProxy } from './fault-proxy.ts';
import {
  Clock,
  type CustomerPage,
  instantSleep,
  startAndPrompt,
  readProblemCode,
  catchPluralError,
  rightOtp,
  type PaymentFixture,
} from './test-shop.ts';

/** A database server that a test can break; its store reaches it through the proxy only. */
export interface BreakableDatabase {
  proxy: FaultProxy;
  /** Opens an empty store that reads the given clock. */
  open: (clock: Clock) => Promise<PaymentStore>;
  /** True for a store that wakes its payments by alarms, which a sweep has nothing to do for. */
  wakesItself?: boolean;
  /** Kills the server without a clean shutdown. */
  crash: () => Promise<void>;
  /** Starts the server again on the data it had written. */
  start: () => Promise<void>;
}

/** Declares the tests of a handler whose database fails; `database` returns the running server. */
export function describeStoreFailures(name: string, database: () => BreakableDatabase): void {
  interface FailureFixture extends PaymentFixture {
    proxy: FaultProxy;
    /** Calls `work` before the next save is sent to the store. */
    beforeSave(work: () => void): void;
    /** Submits the right OTP; resolves to the response's status and problem code (empty when it succeeded). */
    submit(idempotencyKey?: string): Promise<[number, string]>;
  }

  async function createFixture(): Promise<FailureFixture> {
    const { proxy, open } = database();
    const clock = new Clock();
    const store = await open(clock);
    const beforeSave: (() => void)[] = [];
    const made = await startAndPrompt({
      clock,
      store: {
        load: (key) => store.load(key),
        claim: (nowMs, untilMs, limit) => store.claim(nowMs, untilMs, limit),
        save(key, value, terms) {
          beforeSave.pop()?.();
          return store.save(key, value, terms);
        },
      },
      // The store's timeout of three seconds runs out once its request is held back by the proxy.
      wait: (ms, signal) => (ms === 3000 && signal && proxy.isHolding ? proxy.blocked : instantSleep(ms, signal)),
    });
    return {
      ...made,
      proxy,
      beforeSave: (work) => void beforeSave.push(work),
      async submit(idempotencyKey = randomUUID()) {
        const response = await made.page.post('otp/submit', { otp: rightOtp, idempotencyKey });
        return [response.status, response.ok ? '' : await readProblemCode(response)];
      },
    };
  }

  const waitForRecovery = (page: CustomerPage): Promise<unknown> => vi.waitFor(() => page.getView(), waitOptions);

  describe(name, () => {
    test('stopped: 503 and nothing is sent; restarted: its records are there, and the payment continues', async () => {
      const { shop, page, submit } = await createFixture();
      await database().crash();
      expect(await submit()).toEqual([503, 'BACKEND_UNREACHABLE']);
      expect((await catchPluralError(shop.handler.sweep())).code).toBe('STORE_FAILED');
      expect(shop.callCount('submitOtp')).toBe(0);

      await database().start();
      await waitForRecovery(page);
      shop.clock.advance(60);
      expect((await shop.handler.sweep()).checked).toBe(database().wakesItself ? 0 : 1);
      expect((await page.generate()).phase).toBe('awaitingOtp');
      expect(shop.callCount('generateOtp')).toBe(1);
      expect((await page.submit(rightOtp)).phase).toBe('confirming');
      shop.clock.advance(1);
      expect((await page.getView()).phase).toBe('authorized');
      expect(shop.callCount('submitOtp')).toBe(1);
    });

    test('slow to load: 503 and nothing is sent', async () => {
      const { shop, page, proxy, submit } = await createFixture();
      proxy.hold();
      expect(await submit()).toEqual([503, 'BACKEND_UNREACHABLE']);
      proxy.release();
      await waitForRecovery(page);
      expect(shop.callCount('submitOtp')).toBe(0);
      expect((await page.submit(rightOtp)).phase).toBe('confirming');
    });

    test('a save that arrives after its timeout: 503 and nothing is sent, for a repeated idempotency key either', async () => {
      const { shop, page, proxy, beforeSave, submit } = await createFixture();
      const idempotencyKey = randomUUID();
      beforeSave(() => proxy.hold());
      expect(await submit(idempotencyKey)).toEqual([503, 'BACKEND_UNREACHABLE']);
      proxy.release();
      await vi.waitFor(async () => expect((await page.getView()).phase).toBe('confirming'), waitOptions);
      expect(await submit(idempotencyKey)).toEqual([200, '']);
      expect(shop.callCount('submitOtp')).toBe(0);
      shop.clock.advance(61);
      expect((await page.getView()).phase).toBe('unresolved');
      await page.submit(rightOtp);
      expect(shop.callCount('submitOtp')).toBe(1);
    });

    test('a save whose response was lost: the action is sent once', async () => {
      const { shop, page, proxy, beforeSave, submit } = await createFixture();
      const idempotencyKey = randomUUID();
      beforeSave(() => proxy.dropNextResponse());
      expect(await submit(idempotencyKey)).toEqual([200, '']);
      await submit(idempotencyKey);
      expect(shop.callCount('submitOtp')).toBe(1);
      shop.clock.advance(1);
      expect((await page.getView()).phase).toBe('authorized');
    });
  });
}
