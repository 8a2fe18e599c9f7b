import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A running program that printed its origin. */
export interface Listening {
  readonly origin: string;
  /** Ends it with a signal: by default SIGKILL, as a crash would. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program and waits for its line `Listening on http://…`; if it ends first, the error contains its output. */
export async function startListening(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Listening> {
  const child: ChildProcess = spawn(program, args, {
    ...options,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr?.on('data', (text) => said.push(String(text)));
  if (!child.stdout) throw new Error('started without its output');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin] = /^Listening on (\S+)/.exec(line) ?? [];
    if (origin === undefined) continue;
    child.stdout.resume();
    return {
      origin,
      async end(signal = 'SIGKILL') {
        const ended = once(child, 'close');
        child.kill(signal);
        await ended;
      },
    };
  }
  throw new Error(`${program} ended before it listened: ${said.join('')}`);
}
