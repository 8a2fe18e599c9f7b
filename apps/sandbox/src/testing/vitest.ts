/**
 * Fixtures for Vitest: each test has a sandbox of its own. Plain data, so that Vitest is no dependency:
 * `const test = base.extend(sandboxFixtures)`.
 */
import { createSandbox, type Sandbox, type SandboxOptions } from '../create-sandbox.ts';
import { listen } from '../listen.ts';
import { createSandboxClient, type SandboxClient } from './sandbox-client.ts';

/** Fixtures by name. A fixture that no test names is not set up. */
export interface SandboxFixtures {
  /** Options of the sandbox. Override it for a file or a group: `test.override({ sandboxOptions: { otpAttempts: 1 } })`. */
  sandboxOptions: SandboxOptions;
  /** A sandbox in this process, new for each test. */
  sandbox: Sandbox;
  /** A client of this sandbox: waits for OTPs, scripts faults, reads what was called. */
  bank: SandboxClient;
  /** Origin of this sandbox on a socket, for a shop in another process. */
  sandboxOrigin: string;
}

type Use<T> = (value: T) => Promise<void>;

/** The fixtures, for `test.extend` of Vitest. */
export const sandboxFixtures = {
  sandboxOptions: {} as SandboxOptions,
  sandbox: async ({ sandboxOptions }: { sandboxOptions: SandboxOptions }, use: Use<Sandbox>): Promise<void> => {
    const sandbox = createSandbox(sandboxOptions);
    await use(sandbox);
    // Drops webhooks that would be tried again into the next test.
    sandbox.reset();
    sandbox.removeNamespace();
  },
  bank: async ({ sandbox }: { sandbox: Sandbox }, use: Use<SandboxClient>): Promise<void> => {
    await use(createSandboxClient({ origin: 'http://127.0.0.1:3001', fetch: sandbox.fetch }));
  },
  sandboxOrigin: async ({ sandbox }: { sandbox: Sandbox }, use: Use<string>): Promise<void> => {
    const server = await listen(sandbox, 0);
    await use(server.origin);
    await server.close();
  },
};
