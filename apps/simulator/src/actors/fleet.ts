/** The processes of the shop: requests reach any of them, and one that died is started again. */
import type { WalkContext } from '../context.ts';
import { type CreateOptions, Isolate, type Version } from './isolate.ts';

const hourMs = 3_600_000;

/** All processes of one shop. */
export class Fleet {
  readonly #context: WalkContext;
  readonly #createOptions: CreateOptions;
  readonly #slots: (Isolate | undefined)[] = [];
  #generation = 0;

  constructor(context: WalkContext, createOptions: CreateOptions) {
    this.#context = context;
    this.#createOptions = createOptions;
    const { isolates } = context.plan.swarm;
    for (let slot = 0; slot < isolates; slot += 1)
      this.#start(slot, { version: 'current', clockOffsetMs: this.#drawSkew() });
  }

  get alive(): readonly Isolate[] {
    return this.#slots.filter((isolate) => isolate !== undefined);
  }

  /** Returns a process that a request reaches; `undefined` while all are down. */
  pick(): Isolate | undefined {
    const { alive } = this;
    return alive.length === 0 ? undefined : this.#context.random.pick(alive);
  }

  /** Kills the process of a slot and starts another one in its place. */
  replace(index: number, version?: Version): void {
    const slot = index % this.#slots.length;
    const old = this.#slots[slot];
    const next = { version: version ?? old?.version ?? 'current', clockOffsetMs: old?.clockOffsetMs ?? 0 };
    old?.kill('by a restart');
    this.#start(slot, next);
  }

  /** Sets the clock of a process: minutes off, an hour back, or three days ahead. */
  jumpClock(index: number): void {
    const isolate = this.#slots[index % this.#slots.length];
    if (!isolate) return;
    const { random } = this.#context;
    isolate.clockOffsetMs = random.weighted([
      [3, 0],
      [3, random.integer(-120_000, 120_000)],
      [2, -hourMs],
      [2, 73 * hourMs],
    ]);
    this.#context.onClockSet(isolate.clockOffsetMs);
    this.#context.trace.add('I', isolate.name, `clock is now ${isolate.clockOffsetMs / 1000} s ahead`);
  }

  /** Replaces every process by one with the right clock and the same version. */
  heal(): void {
    for (let slot = 0; slot < this.#slots.length; slot += 1) {
      this.#slots[slot]?.kill('by the last deploy');
      this.#start(slot, { version: 'both', clockOffsetMs: 0 });
    }
  }

  #drawSkew(): number {
    const { random } = this.#context;
    return random.chance(0.5) ? 0 : random.integer(-3000, 3000);
  }

  #start(slot: number, { version, clockOffsetMs }: { version: Version; clockOffsetMs: number }): void {
    const { trace, time, plan } = this.#context;
    this.#generation += 1;
    const { isolates, silentIsolates } = plan.swarm;
    // After the faults every process tells what it finds.
    const isSilent = version !== 'both' && slot >= isolates - silentIsolates;
    const identity = { name: `i${slot}.${this.#generation}`, version, isSilent, clockOffsetMs };
    const isolate = new Isolate(this.#context, identity, this.#createOptions);
    this.#slots[slot] = isolate;
    this.#context.onClockSet(clockOffsetMs);
    trace.add(
      'I',
      isolate.name,
      `started, version ${version}${isSilent ? ', silent' : ''}, clock ${clockOffsetMs} ms ahead`,
    );
    isolate.onDeath(() => {
      if (this.#slots[slot] === isolate) this.#slots[slot] = undefined;
      // A supervisor starts it again, unless a deploy or the end of the faults did so already.
      time.setTimeout(() => {
        if (this.#slots[slot] === undefined) this.#start(slot, { version, clockOffsetMs });
      }, 2000);
    });
  }
}
