import type { Cases } from './assert.ts';

export interface CaseResult {
  title: string;
  error?: string;
}

/** Runs every case, one after the other, and gives what became of each. */
export async function runSuite(cases: Cases): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const [title, run] of Object.entries(cases)) {
    try {
      await withDeadline(run());
      results.push({ title });
    } catch (error) {
      results.push({ title, error: `${String(error)}\n${(error as Error | undefined)?.stack ?? ''}` });
    }
  }
  return results;
}

const caseLimitMs = 20_000;

/** A case that never ends must not keep the runtime from saying so. */
async function withDeadline(running: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no end within 20 s')), caseLimitMs);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
