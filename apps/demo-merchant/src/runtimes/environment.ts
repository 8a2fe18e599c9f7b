import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { type Settings, SettingsError, parseSettings } from '../settings.ts';

/** What the shop was told, and the variables that said it, with `DEMO_CARDS` read from its file. */
export interface Environment {
  readonly settings: Settings;
  readonly variables: Record<string, string>;
}

/** Reads this process's environment; what is missing or wrong ends the process with words on what to set. */
export async function readEnvironment(): Promise<Environment> {
  const entries = Object.entries(process.env).filter(([name]) =>
    /^(?:PORT|SHOP_ORIGIN|DEMO_CARDS|PLURAL_\w+)$/.test(name),
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
    return exitWithError(['The shop cannot start:', ...lines, 'To try it with the sandbox: npm run demo'].join('\n'));
  }
}

/** Says that the shop listens, in the words that `demo.ts` waits for. */
export function logReady({ origin }: Settings, on: string): void {
  console.log(`Shop ready: ${origin}/  (${on}; merchant's page: ${origin}/merchant)`);
}

/** Why the port could not be had, in words. */
export function listenErrorMessage(error: unknown, port: number): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' || name === 'AddrInUse'
    ? `Port ${port} is taken: end what listens there, or set PORT to another one.`
    : `The shop cannot listen: ${errorMessage(error)}`;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** Says why, and ends the process with 1. */
export function exitWithError(line: string): never {
  console.error(line);
  process.exit(1);
}
