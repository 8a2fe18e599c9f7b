/** Measures ratios of costs, so that a machine that speeds up or slows down meanwhile affects both sides equally. */

export interface Contender {
  name: string;
  /** One operation; called one after the other. */
  readonly run: () => unknown;
  /** Called before each block of operations; its time does not count. */
  readonly prepare?: () => Promise<void>;
}

export interface Ratio {
  name: string;
  /** Median over the rounds: this contender's time over the baseline's. */
  ratio: number;
}

export interface Comparison {
  /** The baseline against itself, measured like everything else. */
  nullRatio: number;
  ratios: Ratio[];
}

async function timeOf({ run, prepare }: Contender, times: number): Promise<number> {
  await prepare?.();
  const startedAtMs = performance.now();
  for (let i = 0; i < times; i += 1) await run();
  return performance.now() - startedAtMs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Each contender against the baseline in blocks A B B A, `rounds` of them, all contenders taking turns. */
export async function compare(
  baseline: Contender,
  contenders: readonly Contender[],
  { rounds, times }: { rounds: number; times: number },
): Promise<Comparison> {
  const all: Contender[] = [{ ...baseline, name: 'null' }, ...contenders];
  for (const contender of [baseline, ...all]) await timeOf(contender, times);
  const found = all.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of all.entries()) {
      const [a1, b1, b2, a2] = [
        await timeOf(contender, times),
        await timeOf(baseline, times),
        await timeOf(baseline, times),
        await timeOf(contender, times),
      ];
      found[index]?.push((a1 + a2) / (b1 + b2));
    }
  }
  const [nullRatio = Number.NaN, ...ratios] = found.map(median);
  return { nullRatio, ratios: contenders.map(({ name }, index) => ({ name, ratio: ratios[index] ?? Number.NaN })) };
}
