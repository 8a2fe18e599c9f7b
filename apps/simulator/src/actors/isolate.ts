/**
 * One process of the shop: a handler of the kit with a clock of its own. A killed one goes on with nothing: every call
 * it waits for stays without an answer.
 */
import { createOtpHandler, type OtpHandler, type OtpHandlerOptions } from '@plural-otp/edge';
import { createOtpPage, type OtpPage } from '@plural-otp/edge/page';
import type { WalkContext } from '../context.ts';

/** Builds the handler of a process from what belongs to that process. */
export type CreateOptions = (isolate: Isolate) => OtpHandlerOptions;

/**
 * Version of a process: `newer` writes records that `current` cannot read; `both` reads either and writes the current
 * one, as after a deploy.
 */
export type Version = 'current' | 'newer' | 'both';

/** Origin of the shop's pages. */
export const shopOrigin = 'https://shop.example';

/** Properties in which processes differ. */
export interface Identity {
  readonly name: string;
  readonly version: Version;
  readonly isSilent: boolean;
  readonly clockOffsetMs: number;
}

/** A running process. */
export class Isolate {
  readonly name: string;
  readonly version: Version;
  /** Has no `onVerdict`: it reads orders and tells nobody. */
  readonly isSilent: boolean;
  readonly handler: OtpHandler;
  readonly page: OtpPage;
  isAlive = true;
  /** Milliseconds its clock is ahead of the true time. */
  clockOffsetMs: number;
  readonly #context: WalkContext;
  readonly #onDeath = new Set<() => void>();

  constructor(context: WalkContext, identity: Identity, createOptions: CreateOptions) {
    this.#context = context;
    this.name = identity.name;
    this.version = identity.version;
    this.isSilent = identity.isSilent;
    this.clockOffsetMs = identity.clockOffsetMs;
    this.handler = createOtpHandler(createOptions(this));
    this.page = createOtpPage(this.handler);
  }

  now = (): number => this.#context.time.nowMs + this.clockOffsetMs;

  /** Calls `onDeath` when this process is killed. */
  onDeath(onDeath: () => void): void {
    this.#onDeath.add(onDeath);
  }

  kill(why: string): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#context.counts.kills += 1;
    this.#context.trace.add('I', this.name, `killed ${why}`);
    for (const onDeath of this.#onDeath) onDeath();
    this.#onDeath.clear();
  }

  /**
   * Makes a call to the outside. The process may be killed before it is made or before its answer arrives; then the
   * promise never settles, as no code of that process runs again.
   */
  call<T>(what: string, work: () => Promise<T>): Promise<T> {
    const context = this.#context;
    return new Promise<T>((resolve, reject) => {
      if (!this.isAlive) return;
      if (context.fault('kill')) return this.kill(`before ${what}`);
      const answer = (value: T): void => {
        if (context.fault('kill')) this.kill(`after ${what}`);
        else resolve(value);
      };
      const settle =
        <R>(end: (result: R) => void) =>
        (result: R): void => {
          if (this.isAlive) end(result);
        };
      work().then(settle(answer), settle(reject));
    });
  }

  /** Waits, unless the process is killed meanwhile. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#context.time.setTimeout(() => {
        if (this.isAlive) resolve();
      }, ms);
    });
  }

  /** Has the process do something for a caller, whose connection breaks when the process is killed. */
  serve<T>(work: (isolate: Isolate) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const onDeath = (): void => reject(new TypeError('connection closed'));
      this.#onDeath.add(onDeath);
      const end = <R>(settle: (result: R) => void) => {
        return (result: R): void => {
          this.#onDeath.delete(onDeath);
          if (this.isAlive) settle(result);
        };
      };
      work(this).then(end(resolve), end(reject));
    });
  }
}
