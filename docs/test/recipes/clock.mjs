// Preloaded into a recipe by tests: a file sets its clock two minutes forward, and its timers of up to a
// minute run every 200 ms.
import { existsSync } from 'node:fs';

const { RECIPE_CLOCK = '' } = process.env;
const now = Date.now.bind(Date);
Date.now = () => now() + (existsSync(RECIPE_CLOCK) ? 120_000 : 0);

const every = globalThis.setInterval;
globalThis.setInterval = (work, ms, ...rest) => every(work, ms > 60_000 ? ms : Math.min(ms, 200), ...rest);
if ('Deno' in globalThis) {
  const value = Object.create(globalThis.Deno, { cron: { value: (_name, _schedule, work) => every(work, 200) } });
  Object.defineProperty(globalThis, 'Deno', { value });
}
