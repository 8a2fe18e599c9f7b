/** Runs in the browser: measures every field against the bare one, and the step's long tasks and timers. */

import { compare, type Comparison, type Contender } from '../../core/bench/compare.ts';
import { pendingTimers } from './timers.ts';
import { bare, fields, firstRender, plural, type Field, type Mounted } from './contenders.ts';

/** Number of fields created in one measured run. */
const batchSize = 20;
const code = ['4', '8', '2', '9', '1', '3'];
const container = document.body.appendChild(document.createElement('main'));

const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));

/** Measures creation, rendering and layout of a batch; the previous batch is removed outside the measurement. */
function measureCreation({ name, mount }: Field): Contender {
  let mounted: Mounted[] = [];
  return {
    name,
    async prepare() {
      for (const field of mounted) field.remove();
      mounted = [];
      await frame();
    },
    async run() {
      mounted.push(...(await Promise.all(Array.from({ length: batchSize }, () => mount(container)))));
      void container.offsetHeight;
    },
  };
}

/** Measures typing: six digits one by one, with the updates and layout of each, then their deletion. */
function measureTyping({ name, mount }: Field): Contender {
  let mounted: Mounted | undefined;
  return {
    name,
    async prepare() {
      mounted?.remove();
      mounted = await mount(container);
      for (let tries = 0; tries < 100 && !mounted.input(); tries += 1) await frame();
      await frame();
    },
    async run() {
      const input = mounted?.input();
      if (!input) throw new Error(`${name} rendered no field`);
      input.focus();
      for (const digit of code) {
        if (!document.execCommand('insertText', false, digit)) throw new Error(`${name} accepted no digit`);
        await Promise.resolve();
        void container.offsetHeight;
      }
      if (!code.every((digit) => getTypedText(container).includes(digit))) throw new Error(`${name} lost a digit`);
      for (const field of findInputs(container)) {
        field.focus();
        field.select();
        if (field.value !== '') document.execCommand('delete');
      }
      await Promise.resolve();
      void container.offsetHeight;
    },
  };
}

function findInputs(root: ParentNode): HTMLInputElement[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const inner = element.shadowRoot ? findInputs(element.shadowRoot) : [];
    return element instanceof HTMLInputElement ? [element, ...inner] : inner;
  });
}
const getTypedText = (root: ParentNode): string =>
  findInputs(root)
    .map(({ value }) => value)
    .join('');

/** Repeats a measurement once when its null test shows a disturbance. */
async function measureUndisturbed(measure: () => Promise<Comparison>): Promise<Comparison> {
  let comparison = await measure();
  for (let tries = 1; tries < 2 && Math.abs(comparison.nullRatio - 1) > 0.05; tries += 1) comparison = await measure();
  return comparison;
}

/** Result of a whole run in the browser. */
export interface BenchResult {
  create: Comparison;
  type: Comparison;
  longTasks: number;
  timers: number;
}

async function bench(): Promise<BenchResult> {
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length));
  const before = pendingTimers();
  const step = await plural.mount(container);
  await frame();
  observer.observe({ type: 'longtask' });
  const second = await plural.mount(container);
  const typing = measureTyping(plural);
  await typing.prepare?.();
  await typing.run();
  await frame();
  second.remove();
  await typing.prepare?.();
  longTasks += observer.takeRecords().length;
  observer.disconnect();
  container.replaceChildren();
  await frame();
  const waiting = await plural.mount(container);
  // An announcement is removed two seconds after it was made, by a timer that is not one of waiting.
  await new Promise((resolve) => {
    setTimeout(resolve, 3000);
  });
  const timers = pendingTimers() - before;
  waiting.remove();
  step.remove();
  container.replaceChildren();

  const create = await measureUndisturbed(() =>
    compare(measureCreation(bare), [firstRender, ...fields].map(measureCreation), { rounds: 7, times: 2 }),
  );
  container.replaceChildren();
  // Ionic moves to its next box in a later frame, so it loses digits that are typed at once.
  const typeable = fields.filter(({ name }) => !name.startsWith('ion-'));
  const type = await measureUndisturbed(() =>
    compare(measureTyping(bare), typeable.map(measureTyping), { rounds: 7, times: 2 }),
  );
  return { create, type, longTasks, timers };
}

Object.assign(globalThis, { bench });
