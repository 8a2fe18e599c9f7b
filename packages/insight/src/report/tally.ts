/** Counts by name as arrays: a name has an index in this process, so that summing many days is summing arrays. */

/** Counts of one sum, by the index of their name; what is absent counts nothing. */
export type Counts = number[];
/** Counts that no longer change: index and count in turn. */
export type PackedCounts = Int32Array;

const names: string[] = [];
const indexes = new Map<string, number>();
/** Names come from events in part: what is past this number is told as `….other`. */
const maxNames = 2000;

/** Returns the index of a name, which stays the same while the process runs. */
export function toIndex(name: string): number {
  const known = indexes.get(name);
  if (known !== undefined) return known;
  if (names.length >= maxNames && !name.endsWith('.other')) {
    return toIndex(`${name.slice(0, Math.max(name.indexOf('.'), 0))}.other`);
  }
  indexes.set(name, names.length);
  return names.push(name) - 1;
}

/** Returns a function that finds the index of `<prefix>.<name>`, without joining the two each time. */
export function createIndexes(prefix: string): (name: string) => number {
  const known = new Map<string, number>();
  return (name) => {
    let index = known.get(name);
    if (index === undefined) {
      index = toIndex(`${prefix}.${name}`);
      if (known.size < maxNames) known.set(name, index);
    }
    return index;
  };
}

/** Returns a count by its name. */
export const getCount = (counts: Counts, name: string): number => counts[indexes.get(name) ?? -1] ?? 0;

export function add(counts: Counts, index: number, by = 1): void {
  counts[index] = (counts[index] ?? 0) + by;
}

/** Packs counts. */
export function pack(counts: Counts): PackedCounts {
  const packed: number[] = [];
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index];
    if (count) packed.push(index, count);
  }
  return Int32Array.from(packed);
}

/** Packs counts by name, as they were written before names had an index. */
export function packNamed(named: Readonly<Record<string, number>>): PackedCounts {
  const counts: Counts = [];
  for (const [name, count] of Object.entries(named)) add(counts, toIndex(name), count);
  return pack(counts);
}

/** Adds packed counts to a sum. */
export function addPacked(sum: Counts, packed: PackedCounts): void {
  for (let at = 0; at < packed.length; at += 2) {
    const index = packed[at] ?? 0;
    sum[index] = (sum[index] ?? 0) + (packed[at + 1] ?? 0);
  }
}

/** Returns counts of one prefix by the rest of their name, most first. */
export function byPrefix(counts: Counts, prefix: string): [name: string, count: number][] {
  const found: [string, number][] = [];
  for (const [index, name] of names.entries()) {
    const count = counts[index];
    if (count && name.startsWith(prefix)) found.push([name.slice(prefix.length), count]);
  }
  return found.toSorted((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
}

/** Counts as they are written: names once, and pairs of the name's place and the count. */
export interface WrittenCounts {
  names: string[];
  pairs: number[][];
}

/** Writes packed counts without the indexes of this process. */
export function writeCounts(all: readonly PackedCounts[]): WrittenCounts {
  const places = new Map<number, number>();
  const written: string[] = [];
  const toPlace = (index: number): number => {
    let place = places.get(index);
    if (place === undefined) {
      places.set(index, (place = written.length));
      written.push(names[index] ?? '');
    }
    return place;
  };
  const pairs = all.map((packed) => Array.from(packed, (value, at) => (at % 2 === 0 ? toPlace(value) : value)));
  return { names: written, pairs };
}

/** Reads what {@link writeCounts} wrote. */
export function readCounts({ names: written, pairs }: WrittenCounts): PackedCounts[] {
  const own = written.map(toIndex);
  return pairs.map((values) => {
    const packed = new Int32Array(values.length);
    for (let at = 0; at < values.length; at += 2) {
      packed[at] = own[values[at] ?? 0] ?? 0;
      packed[at + 1] = values[at + 1] ?? 0;
    }
    return packed;
  });
}
