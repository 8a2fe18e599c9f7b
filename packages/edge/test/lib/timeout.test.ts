import { describe, expect, test } from 'vitest';
import { TIMED_OUT, withTimeout, type Wait } from '../../src/lib/timeout.ts';

/** A wait that ends when told to, and remembers what it was asked. */
function handWait(): { wait: Wait; asked: { ms: number; signal: AbortSignal | undefined }[]; end: () => void } {
  const asked: { ms: number; signal: AbortSignal | undefined }[] = [];
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const wait: Wait = (ms, signal) => {
    asked.push({ ms, signal });
    return over;
  };
  return { wait, asked, end };
}

describe('within', () => {
  test('work that is over from the start asks for no wait, whether it succeeded or failed', async () => {
    const { wait, asked } = handWait();
    expect(await withTimeout(wait, 3000, Promise.resolve('record'))).toBe('record');
    await expect(withTimeout(wait, 3000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(asked).toEqual([]);
  });

  test('work that goes on is late once the wait ends, and its failure after that is nobody’s', async () => {
    const { wait, asked, end } = handWait();
    let fail = (_error: Error): void => undefined;
    const work = new Promise<string>((_resolve, reject) => {
      fail = reject;
    });
    const result = withTimeout(wait, 3000, work);
    await Promise.resolve();
    expect(asked.map(({ ms }) => ms)).toEqual([3000]);
    end();
    expect(await result).toBe(TIMED_OUT);
    fail(new Error('too late'));
    await expect(work).rejects.toThrow('too late');
  });

  test.each(['succeeds', 'fails'])('work that goes on and %s gives its wait up', async (ending) => {
    const { wait, asked } = handWait();
    let settle = (): void => undefined;
    const work = new Promise<string>((resolve, reject) => {
      settle = () => (ending === 'succeeds' ? resolve('record') : reject(new Error('refused')));
    });
    const result = withTimeout(wait, 3000, work).catch((error: Error) => error.message);
    await Promise.resolve();
    expect(asked[0]?.signal?.aborted).toBe(false);
    settle();
    expect(await result).toBe(ending === 'succeeds' ? 'record' : 'refused');
    expect(asked[0]?.signal?.aborted).toBe(true);
  });
});
