import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { type Settings, SettingsError, settingsFrom } from '../settings.ts';

/** What the shop was told, and the variables that said it, with `DEMO_CARDS` read from its file. */
export interface Environment {
  readonly settings: Settings;
  readonly variables: Record<string, string>;
}

/** Reads this process's environment; what is missing or wrong ends the process with words on what to set. */
export async function readEnvironment(): Promise<Environment> {
  const told = Object.entries(process.env).filter(([name]) =>
    /^(?:PORT|SHOP_ORIGIN|DEMO_CARDS|PLURAL_\w+)$/.test(name),
  );
  const variables = Object.fromEntries(told.map(([name, value = '']) => [name, value]));
  const cards = variables['DEMO_CARDS']?.trim();
  if (cards) {
    variables['DEMO_CARDS'] = await readFile(cards, 'utf8').catch((error: unknown) =>
      stop(`DEMO_CARDS names a file that cannot be read. ${textOf(error)}`),
    );
  }
  try {
    return { settings: settingsFrom(variables), variables };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const lines = error.lines.map((line) => `  ${line}`);
    return stop(['The shop cannot start:', ...lines, 'To try it with the sandbox: npm run demo'].join('\n'));
  }
}

/** Says that the shop listens, in the words that `demo.ts` waits for. */
export function sayReady({ origin }: Settings, on: string): void {
  console.log(`Shop ready: ${origin}/  (${on}; merchant's page: ${origin}/merchant)`);
}

/** Why the port could not be had, in words. */
export function whyNotListening(error: unknown, port: number): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' || name === 'AddrInUse'
    ? `Port ${port} is taken: end what listens there, or set PORT to another one.`
    : `The shop cannot listen: ${textOf(error)}`;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** Says why, and ends the process with 1. */
export function stop(line: string): never {
  console.error(line);
  process.exit(1);
}
