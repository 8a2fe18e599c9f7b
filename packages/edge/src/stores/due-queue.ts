/** A priority queue (binary heap) of the records of a memory store, ordered by due time. */

/** A place in the queue: which record is due, and when (epoch milliseconds). */
export interface DueEntry {
  readonly key: string;
  readonly dueAtMs: number;
}

/** Adds an entry, in the logarithm of their number. */
export function pushDue(heap: DueEntry[], entry: DueEntry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isEarlier(heap, at, parent)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

/** Removes and returns the earliest entry that is due by then; `undefined` when none is. */
export function popDue(heap: DueEntry[], nowMs: number): DueEntry | undefined {
  const [first] = heap;
  const last = heap.at(-1);
  if (!first || !last || first.dueAtMs > nowMs) return undefined;
  heap.pop();
  if (heap.length > 0) heap[0] = last;
  for (let at = 0; ;) {
    const left = 2 * at + 1;
    const child = isEarlier(heap, left + 1, left) ? left + 1 : left;
    if (!isEarlier(heap, child, at)) return first;
    swap(heap, at, child);
    at = child;
  }
}

/** Compares two places of the heap. A place after its end is never earlier. */
function isEarlier(heap: DueEntry[], one: number, other: number): boolean {
  return (heap[one]?.dueAtMs ?? Infinity) < (heap[other]?.dueAtMs ?? Infinity);
}

function swap(heap: DueEntry[], one: number, other: number): void {
  const [first, second] = [heap[one], heap[other]];
  if (first && second) [heap[one], heap[other]] = [second, first];
}
