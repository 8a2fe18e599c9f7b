import { randomUUID } from 'node:crypto';
import type { PaymentStore } from '@plural-otp/edge';
import { describe, expect, test, vi } from 'vitest';
import { patience } from './databases.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { Clock, type Page, patient, prompted, problemOf, refusalOf, rightOtp, type Prompted } from './test-shop.ts';

/** An engine as the tests break it: reached through the proxy alone. */
export interface BreakableEngine {
  proxy: FaultProxy;
  open: (clock: Clock) => Promise<PaymentStore>;
  /** Ends it as a crash does. */
  crash: () => Promise<void>;
  start: () => Promise<void>;
}

/** How the handler fares when the engine behind its store fails; `engine` gives the running one. */
export function storeFailures(name: string, engine: () => BreakableEngine): void {
  interface Scene extends Prompted {
    proxy: FaultProxy;
    /** Runs before the next save leaves the store. */
    beforeSave(work: () => void): void;
    /** Posts the right code; the status and code of the answer. */
    submit(idempotencyKey?: string): Promise<[number, string]>;
  }

  async function scene(): Promise<Scene> {
    const { proxy, open } = engine();
    const clock = new Clock();
    const store = await open(clock);
    const beforeSave: (() => void)[] = [];
    const made = await prompted({
      clock,
      store: {
        load: (key) => store.load(key),
        due: (nowMs, limit) => store.due(nowMs, limit),
        save(key, value, terms) {
          beforeSave.pop()?.();
          return store.save(key, value, terms);
        },
      },
      // The store's time is over once what it was asked is stuck on its way.
      wait: (ms, signal) => (ms === 3000 && signal && proxy.holding ? proxy.stuck : patient(ms, signal)),
    });
    return {
      ...made,
      proxy,
      beforeSave: (work) => void beforeSave.push(work),
      async submit(idempotencyKey = randomUUID()) {
        const answer = await made.page.post('otp/submit', { otp: rightOtp, idempotencyKey });
        return [answer.status, answer.ok ? '' : await problemOf(answer)];
      },
    };
  }

  const back = (page: Page): Promise<unknown> => vi.waitFor(() => page.look(), patience);

  describe(name, () => {
    test('stopped: 503 and nothing is sent; back again: what it held is there, and the payment goes on', async () => {
      const { till, page, submit } = await scene();
      await engine().crash();
      expect(await submit()).toEqual([503, 'BACKEND_UNREACHABLE']);
      expect((await refusalOf(till.handler.sweep())).code).toBe('STORE_FAILED');
      expect(till.calls('submitOtp')).toBe(0);

      await engine().start();
      await back(page);
      till.clock.forward(60);
      expect((await till.handler.sweep()).checked).toBe(1);
      expect((await page.generate()).phase).toBe('awaitingOtp');
      expect(till.calls('generateOtp')).toBe(1);
      expect((await page.submit(rightOtp)).phase).toBe('confirming');
      till.clock.forward(1);
      expect((await page.look()).phase).toBe('authorized');
      expect(till.calls('submitOtp')).toBe(1);
    });

    test('slow to load: 503 and nothing is sent', async () => {
      const { till, page, proxy, submit } = await scene();
      proxy.hold();
      expect(await submit()).toEqual([503, 'BACKEND_UNREACHABLE']);
      proxy.release();
      await back(page);
      expect(till.calls('submitOtp')).toBe(0);
      expect((await page.submit(rightOtp)).phase).toBe('confirming');
    });

    test('saving after we gave up: 503 and nothing is sent, not even when the same act comes again', async () => {
      const { till, page, proxy, beforeSave, submit } = await scene();
      const idempotencyKey = randomUUID();
      beforeSave(() => proxy.hold());
      expect(await submit(idempotencyKey)).toEqual([503, 'BACKEND_UNREACHABLE']);
      proxy.release();
      await vi.waitFor(async () => expect((await page.look()).phase).toBe('confirming'), patience);
      expect(await submit(idempotencyKey)).toEqual([200, '']);
      expect(till.calls('submitOtp')).toBe(0);
      till.clock.forward(61);
      expect((await page.look()).phase).toBe('unresolved');
      await page.submit(rightOtp);
      expect(till.calls('submitOtp')).toBe(1);
    });

    test('saved, and the answer lost: the act is sent once', async () => {
      const { till, page, proxy, beforeSave, submit } = await scene();
      const idempotencyKey = randomUUID();
      beforeSave(() => proxy.loseNextAnswer());
      expect(await submit(idempotencyKey)).toEqual([200, '']);
      await submit(idempotencyKey);
      expect(till.calls('submitOtp')).toBe(1);
      till.clock.forward(1);
      expect((await page.look()).phase).toBe('authorized');
    });
  });
}
