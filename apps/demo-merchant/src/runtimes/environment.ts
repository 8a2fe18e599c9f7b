/** The environment of a runtime with Node's modules, and the messages that the shop prints at its start. */

import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { parseSettings, type Settings, SettingsError } from '../settings.ts';

/** Parsed settings and the variables they come from, with the file of `DEMO_CARDS` replaced by its content. */
export interface Environment {
  readonly settings: Settings;
  readonly variables: Record<string, string>;
}

/** Reads this process's environment. Exits with a message if a setting is missing or wrong. */
export async function readEnvironment(): Promise<Environment> {
  const entries = Object.entries(process.env).filter(([name]) =>
    /^(?:PORT|SHOP_ORIGIN|DEMO_CARDS|PLURAL_\w+|MERCHANT_\w+)$/.test(name),
  );
  const variables = Object.fromEntries(entries.map(([name, value = '']) => [name, value]));
  const cards = variables['DEMO_CARDS']?.trim();
  if (cards) {
    variables['DEMO_CARDS'] = await readFile(cards, 'utf8').catch((error: unknown) =>
      exitWithError(`DEMO_CARDS names a file that cannot be read. ${errorMessage(error)}`),
    );
  }
  try {
    return { settings: parseSettings(variables), variables };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const lines = error.lines.map((line) => `  ${line}`);
    return exitWithError(['The shop cannot start:', ...lines, 'To run it with the sandbox: npm run demo'].join('\n'));
  }
}

/** Prints that the shop is listening. `demo.ts` waits for the beginning of this line. */
export function logReady({ origin }: Settings, runtime: string): void {
  console.log(`Shop listening on ${origin}/ (${runtime})`);
}

/** Returns the message for an error of `listen`. */
export function listenErrorMessage(error: unknown, port: number): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' || name === 'AddrInUse'
    ? `Port ${port} is already in use; set PORT.`
    : `The shop cannot listen on port ${port}: ${errorMessage(error)}`;
}

/** Returns the message of an error, or an empty string. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** Prints a message and exits with 1. */
export function exitWithError(message: string): never {
  console.error(message);
  process.exit(1);
}
