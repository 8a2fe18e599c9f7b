import { describe, expect, test } from 'vitest';
import { createOtpFlow } from '../src/index.ts';
import {
  createAwaitingBench,
  authorizedView,
  createTestBench,
  flushMicrotasks,
  viewResult,
} from './support/test-bench.ts';

describe('listeners', () => {
  test('receive each change with the previous state, and nothing else', async () => {
    const bench = await createAwaitingBench();
    const reported: string[] = [];
    const stop = bench.flow.subscribe((now, before) => reported.push(`${before.status} ${now.status}`));
    bench.flow.notify('visible');
    bench.flow.submit('x');
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(reported).toEqual(['awaitingOtp submitting']);
    stop();
    await bench.respond(viewResult(authorizedView));
    expect(reported).toHaveLength(1);
  });

  test('may call the flow, and an exception does not stop the others', async () => {
    const failures: unknown[] = [];
    const keep = (error: unknown): void => void failures.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', keep);
    try {
      const bench = await createAwaitingBench();
      const reported: string[] = [];
      bench.flow.subscribe(() => {
        throw new Error('a fault of the page');
      });
      bench.flow.subscribe((state) => {
        reported.push(state.status);
        if (state.status === 'submitting') bench.flow.close();
      });
      bench.flow.submit('123456');
      await new Promise((resolve) => setImmediate(resolve));
      expect(reported).toEqual(['submitting']);
      expect(failures).toEqual([new Error('a fault of the page')]);
    } finally {
      process.off('uncaughtException', keep);
      for (const other of others) process.on('uncaughtException', other);
    }
  });

  test('receive copies: mutating a state does not affect the flow', async () => {
    const bench = await createAwaitingBench();
    (bench.flow.state.next as string[]).length = 0;
    bench.flow.submit('123456');
    await flushMicrotasks();
    expect(bench.lastCall().name).toBe('submit');
  });

  test('methods may be passed around', async () => {
    const bench = createTestBench();
    const start: () => void = Reflect.get<typeof bench.flow, 'start'>(bench.flow, 'start');
    start();
    await flushMicrotasks();
    expect(bench.callNames()).toBe('payment');
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
    await flushMicrotasks();
    expect(flow.state).toMatchObject({ status: 'idle', problem: { code: 'BACKEND_UNREACHABLE' } });
    flow.close();
  });
});
