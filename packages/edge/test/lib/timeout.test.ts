import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemTimers, TIMED_OUT, withAbortTimeout, withTimeout, type HandlerTimers } from '../../src/lib/timeout.ts';

/** Timers that fire when the test says so, and record what was started and cancelled. */
function manualTimers(): { timers: HandlerTimers; started: { ms: number; cancelled: boolean }[]; fire: () => void } {
  const started: { ms: number; cancelled: boolean; onTimeout: () => void }[] = [];
  return {
    started,
    fire: () => {
      for (const { onTimeout, cancelled } of started) if (!cancelled) onTimeout();
    },
    timers: {
      sleep: () => Promise.resolve(),
      startTimeout(ms, onTimeout) {
        const timer = { ms, cancelled: false, onTimeout };
        started.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
    },
  };
}

describe('withTimeout', () => {
  test('starts no timer for work that is settled already', async () => {
    const { timers, started } = manualTimers();
    expect(await withTimeout(timers, 3000, Promise.resolve('record'))).toBe('record');
    await expect(withTimeout(timers, 3000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(started).toEqual([]);
  });

  test('resolves to TIMED_OUT once the time is over; a later rejection of the work is handled', async () => {
    const { timers, started, fire } = manualTimers();
    let fail = (_error: Error): void => undefined;
    const work = new Promise<string>((_resolve, reject) => {
      fail = reject;
    });
    const result = withTimeout(timers, 3000, work);
    await Promise.resolve();
    expect(started.map(({ ms }) => ms)).toEqual([3000]);
    fire();
    expect(await result).toBe(TIMED_OUT);
    fail(new Error('too late'));
    await expect(work).rejects.toThrow('too late');
  });

  test.each(['succeeds', 'fails'])('cancels its timer when the work %s', async (ending) => {
    const { timers, started } = manualTimers();
    let settle = (): void => undefined;
    const work = new Promise<string>((resolve, reject) => {
      settle = () => (ending === 'succeeds' ? resolve('record') : reject(new Error('refused')));
    });
    const result = withTimeout(timers, 3000, work).catch((error: Error) => error.message);
    await Promise.resolve();
    expect(started[0]?.cancelled).toBe(false);
    settle();
    expect(await result).toBe(ending === 'succeeds' ? 'record' : 'refused');
    expect(started[0]?.cancelled).toBe(true);
  });
});

describe('withAbortTimeout', () => {
  test('aborts the signal once the time is over', async () => {
    const { timers, fire } = manualTimers();
    const result = withAbortTimeout(timers, 3000, async (signal) => {
      fire();
      return signal.aborted;
    });
    expect(await result).toBe(true);
  });

  test.each(['succeeds', 'fails'])('cancels its timer when the work %s', async (ending) => {
    const { timers, started } = manualTimers();
    const work = withAbortTimeout(timers, 3000, async () => {
      if (ending === 'fails') throw new Error('failed');
    });
    await work.catch(() => undefined);
    expect(started).toMatchObject([{ ms: 3000, cancelled: true }]);
  });
});

describe('the runtime’s own timers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('end a pause and a timeout after their milliseconds, and not before', async () => {
    const onTimeout = vi.fn();
    const onWake = vi.fn();
    void systemTimers.sleep(100).then(onWake);
    systemTimers.startTimeout(100, onTimeout);
    await vi.advanceTimersByTimeAsync(99);
    expect([onWake.mock.calls.length, onTimeout.mock.calls.length]).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([onWake.mock.calls.length, onTimeout.mock.calls.length]).toEqual([1, 1]);
  });

  test('leave no timer behind for a cancelled timeout', () => {
    const onTimeout = vi.fn();
    systemTimers.startTimeout(100, onTimeout)();
    expect(vi.getTimerCount()).toBe(0);
    vi.runAllTimers();
    expect(onTimeout).not.toHaveBeenCalled();
  });
});
