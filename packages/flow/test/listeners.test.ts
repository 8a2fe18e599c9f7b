import { describe, expect, test } from 'vitest';
import { createOtpFlow } from '../src/index.ts';
import { atTheCode, authorized, bench, settled, viewed } from './support/test-bench.ts';

describe('listeners', () => {
  test('are told of each change with the state before, and of nothing else', async () => {
    const it = await atTheCode();
    const told: string[] = [];
    const stop = it.flow.subscribe((now, before) => told.push(`${before.status} ${now.status}`));
    it.flow.notify('visible');
    it.flow.submit('x');
    it.flow.submit('123456');
    await settled();
    expect(told).toEqual(['awaitingOtp submitting']);
    stop();
    await it.answer(viewed(authorized));
    expect(told).toHaveLength(1);
  });

  test('may call the flow, and one that fails stops nobody', async () => {
    const failures: unknown[] = [];
    const keep = (error: unknown): void => void failures.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', keep);
    try {
      const it = await atTheCode();
      const told: string[] = [];
      it.flow.subscribe(() => {
        throw new Error('a fault of the page');
      });
      it.flow.subscribe((state) => {
        told.push(state.status);
        if (state.status === 'submitting') it.flow.close();
      });
      it.flow.submit('123456');
      await new Promise((resolve) => setImmediate(resolve));
      expect(told).toEqual(['submitting']);
      expect(failures).toEqual([new Error('a fault of the page')]);
    } finally {
      process.off('uncaughtException', keep);
      for (const other of others) process.on('uncaughtException', other);
    }
  });

  test('get states that are theirs: nothing done to one reaches the flow', async () => {
    const it = await atTheCode();
    (it.flow.state.next as string[]).length = 0;
    it.flow.submit('123456');
    await settled();
    expect(it.last().name).toBe('submit');
  });

  test('methods may be passed around', async () => {
    const it = bench();
    const start: () => void = Reflect.get<typeof it.flow, 'start'>(it.flow, 'start');
    start();
    await settled();
    expect(it.names()).toBe('payment');
  });

  test('a transport that throws or rejects counts as unreachable', async () => {
    const broken = (): never => {
      throw new Error('no such thing');
    };
    const flow = createOtpFlow({
      transport: {
        generate: broken,
        submit: broken,
        resend: broken,
        leave: broken,
        payment: () => Promise.reject(new Error('no such thing')),
      },
    });
    flow.start();
    await settled();
    expect(flow.state).toMatchObject({ status: 'idle', problem: { code: 'BACKEND_UNREACHABLE' } });
    flow.close();
  });
});
