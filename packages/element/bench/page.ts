/** Runs in the browser: measures every field beside the bare one, and watches the step for long tasks and timers. */

import { compare, type Comparison, type Contender } from '../../core/bench/compare.ts';
import { pendingTimers } from './timers.ts';
import { bare, fields, first, plural, type Field, type Mounted } from './contenders.ts';

const atOnce = 20;
const code = ['4', '8', '2', '9', '1', '3'];
const place = document.body.appendChild(document.createElement('main'));

const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));

/** Creates some at once, draws them and lays them out; what was made before is gone by then. */
function creating({ name, mount }: Field): Contender {
  let made: Mounted[] = [];
  return {
    name,
    async prepare() {
      for (const one of made) one.remove();
      made = [];
      await frame();
    },
    async run() {
      made.push(...(await Promise.all(Array.from({ length: atOnce }, () => mount(place)))));
      void place.offsetHeight;
    },
  };
}

/** Types a code digit by digit, each to the end of what it causes, layout included; then takes it out again. */
function typing({ name, mount }: Field): Contender {
  let made: Mounted | undefined;
  return {
    name,
    async prepare() {
      made?.remove();
      made = await mount(place);
      for (let tries = 0; tries < 100 && !made.input(); tries += 1) await frame();
      await frame();
    },
    async run() {
      const input = made?.input();
      if (!input) throw new Error(`${name} drew no field`);
      input.focus();
      for (const digit of code) {
        if (!document.execCommand('insertText', false, digit)) throw new Error(`${name} took no digit`);
        await Promise.resolve();
        void place.offsetHeight;
      }
      if (!code.every((digit) => textOf(place).includes(digit))) throw new Error(`${name} lost a digit`);
      for (const field of allInputs(place)) {
        field.focus();
        field.select();
        if (field.value !== '') document.execCommand('delete');
      }
      await Promise.resolve();
      void place.offsetHeight;
    },
  };
}

function allInputs(root: ParentNode): HTMLInputElement[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const inner = element.shadowRoot ? allInputs(element.shadowRoot) : [];
    return element instanceof HTMLInputElement ? [element, ...inner] : inner;
  });
}
const textOf = (root: ParentNode): string =>
  allInputs(root)
    .map(({ value }) => value)
    .join('');

async function quiet(measure: () => Promise<Comparison>): Promise<Comparison> {
  let found = await measure();
  for (let tries = 1; tries < 2 && Math.abs(found.nullRatio - 1) > 0.05; tries += 1) found = await measure();
  return found;
}

export interface Found {
  create: Comparison;
  type: Comparison;
  longTasks: number;
  timers: number;
}

async function bench(): Promise<Found> {
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length));
  const before = pendingTimers();
  const step = await plural.mount(place);
  await frame();
  observer.observe({ type: 'longtask' });
  const second = await plural.mount(place);
  const keys = typing(plural);
  await keys.prepare?.();
  await keys.run();
  await frame();
  second.remove();
  await keys.prepare?.();
  longTasks += observer.takeRecords().length;
  observer.disconnect();
  place.replaceChildren();
  await frame();
  const waiting = await plural.mount(place);
  await frame();
  const timers = pendingTimers() - before;
  waiting.remove();
  step.remove();
  place.replaceChildren();

  const create = await quiet(() => compare(creating(bare), [first, ...fields].map(creating), { rounds: 7, times: 2 }));
  place.replaceChildren();
  // Ionic moves on to its next box in a later frame, so that digits typed at once are lost.
  const typed = fields.filter(({ name }) => !name.startsWith('ion-'));
  const type = await quiet(() => compare(typing(bare), typed.map(typing), { rounds: 7, times: 2 }));
  return { create, type, longTasks, timers };
}

Object.assign(globalThis, { bench });
