/**
 * `pnpm translate`: hands the messages of a language to a translator and takes them back.
 *
 * - `export TAG [FILE]` writes XLIFF to FILE, else to the standard output.
 * - `import FILE [--signed-off-by NAME]` takes the translations of a file. With a name, the segments in state `final` are
 *   signed off by this native speaker, as they stand.
 * - `status` prints how much of each language a native speaker has signed off.
 * - `prune` removes the sign-offs of sentences that have changed since.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withMessages } from './locale-source.ts';
import { readSignOffs, renderStatus, signedOffKeys, withoutStale, withSignOffs, writeSignOffs } from './sign-offs.ts';
import { loadTable, localeFile, type Table, tags } from './tables.ts';
import { parseXliff, toXliff } from './xliff.ts';

const usage = `Usage:
  pnpm translate export TAG [FILE]
  pnpm translate import FILE [--signed-off-by NAME]
  pnpm translate status
  pnpm translate prune`;

async function exportTable(tag: string, file: string | undefined): Promise<void> {
  const table = await loadTable(toKnownTag(tag));
  const xliff = toXliff(table, signedOffKeys(table, readSignOffs()[tag]));
  if (file === undefined) process.stdout.write(xliff);
  else writeFileSync(file, xliff);
}

function importTable(file: string, by: string | undefined): void {
  const { tag, messages, final } = parseXliff(readFileSync(file, 'utf8'));
  const path = fileURLToPath(localeFile(toKnownTag(tag)));
  writeFileSync(path, withMessages(readFileSync(path, 'utf8'), messages));
  execFileSync('oxfmt', [path]);
  const on = new Date().toISOString().slice(0, 10);
  if (by) writeSignOffs(withSignOffs(readSignOffs(), tag, { table: messages, signed: final, by, on }));
  process.stdout.write(`${tag}: ${Object.keys(messages).length} messages taken, ${by ? final.length : 0} signed off\n`);
}

function toKnownTag(tag: string): string {
  if (tags.includes(tag)) return tag;
  throw new Error(`No table for the language "${tag}"; there are ${tags.join(', ')}`);
}

async function loadTables(): Promise<Record<string, Table>> {
  return Object.fromEntries(await Promise.all(tags.map(async (tag) => [tag, await loadTable(tag)] as const)));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'signed-off-by': { type: 'string' } },
});
const [command, argument = '', file] = positionals;
try {
  if (command === 'export' && argument) await exportTable(argument, file);
  else if (command === 'import' && argument) importTable(argument, values['signed-off-by']);
  else if (command === 'status') process.stdout.write(`${renderStatus(readSignOffs(), await loadTables())}\n`);
  else if (command === 'prune') writeSignOffs(withoutStale(readSignOffs(), await loadTables()));
  else throw new Error(usage);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
