/** The command's options. */
import { parseArgs } from 'node:util';
import { type PromiseName, promises } from './promises.ts';
import { type FaultKind, faultKinds } from './walk/swarm.ts';

/** Options of one run. */
export interface SimulateOptions {
  /** Seed of the first walk. */
  readonly seed: number;
  /** Number of walks; `undefined`: until the time is over. */
  readonly walks: number | undefined;
  /** Wall-clock minutes after which no further walk begins. */
  readonly minutes: number;
  /** Steps that are kept; `undefined`: all. */
  readonly keep: readonly number[] | undefined;
  /** Kinds of faults that never happen. */
  readonly without: readonly FaultKind[];
  /** Promises that are not checked. */
  readonly ignore: readonly PromiseName[];
  /** Name of a planted bug to run with. */
  readonly bug: string | undefined;
  /** File that the summary is written to. */
  readonly json: string | undefined;
  /** Takes the walks of the corpus instead. */
  readonly corpus: boolean;
  /** Prints every event of every walk. */
  readonly trace: boolean;
  /** Prints the digest of each walk and nothing else, whatever it broke. */
  readonly digest: boolean;
  /** Reports a violation without looking for the shortest walk that shows it. */
  readonly noShrink: boolean;
}

/** Usage of the command. */
export const usage = `npm run simulate -- [options]

  --seed N        first seed; alone, one walk (default: by the clock, 100 walks)
  --walks N       number of walks
  --minutes N     stop after so many minutes
  --keep LIST     only these steps, for example 0,4,7-9
  --without LIST  without these faults: ${Object.keys(faultKinds).join(', ')}
  --ignore LIST   without checking these promises
  --bug NAME      with a planted bug
  --corpus        the walks that once broke a promise
  --trace         print every event
  --digest        print a digest per walk
  --no-shrink     do not look for the shortest walk
  --json FILE     write the summary as JSON`;

/**
 * Parses the command line.
 *
 * @throws {TypeError} for an unknown option or a value that is no number.
 */
export function parseOptions(args: readonly string[], nowMs: number): SimulateOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      walks: { type: 'string' },
      minutes: { type: 'string' },
      keep: { type: 'string' },
      without: { type: 'string' },
      ignore: { type: 'string' },
      bug: { type: 'string' },
      json: { type: 'string' },
      corpus: { type: 'boolean' },
      trace: { type: 'boolean' },
      digest: { type: 'boolean' },
      'no-shrink': { type: 'boolean' },
    },
  });
  const { seed, walks, minutes, keep, without, ignore } = values;
  const defaultWalks = seed === undefined ? 100 : 1;
  return {
    seed: seed === undefined ? Math.floor(nowMs / 1000) % 1_000_000_000 : toCount('--seed', seed),
    walks: walks === undefined ? (minutes === undefined ? defaultWalks : undefined) : toCount('--walks', walks),
    minutes: minutes === undefined ? Infinity : toNumber('--minutes', minutes),
    keep: keep === undefined ? undefined : parseRanges(keep),
    without: toList(without).map(toFaultKind),
    ignore: toList(ignore).map(toPromiseName),
    bug: values.bug,
    json: values.json,
    corpus: values.corpus ?? false,
    trace: values.trace ?? false,
    digest: values.digest ?? false,
    noShrink: values['no-shrink'] ?? false,
  };
}

/** Writes step numbers as ranges, for example `0,4,7-9`. */
export function formatRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** Parses step numbers. */
export function parseRanges(text: string): readonly number[] {
  return toList(text).flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    const from = toCount('--keep', first);
    return Array.from({ length: Math.max(0, toCount('--keep', last) - from + 1) }, (_, offset) => from + offset);
  });
}

const toList = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((item) => item !== '');

function toNumber(option: string, text: string): number {
  const number = Number(text);
  if (text === '' || !(number >= 0)) throw new TypeError(`${option} takes a number, not "${text}"`);
  return number;
}

function toCount(option: string, text: string): number {
  const number = toNumber(option, text);
  if (!Number.isSafeInteger(number)) throw new TypeError(`${option} takes a whole number, not "${text}"`);
  return number;
}

function toFaultKind(name: string): FaultKind {
  if (!Object.hasOwn(faultKinds, name)) throw new TypeError(`there is no fault "${name}"`);
  return name as FaultKind;
}

function toPromiseName(name: string): PromiseName {
  if (!Object.hasOwn(promises, name)) throw new TypeError(`there is no promise "${name}"`);
  return name as PromiseName;
}
