/** Time in a Worker under test: its clock and the alarms of its objects run faster than the engine's. */
import type { PaymentObjectState } from '../../src/stores/payment-store-object.ts';

const speed = 50;
const readEngineClock = Date.now.bind(Date);
const startMs = readEngineClock();

/** Makes `Date.now` of this Worker run 50 times faster from now on. */
export function accelerateClock(): void {
  Date.now = () => startMs + Math.round((readEngineClock() - startMs) * speed);
}

/** Returns a storage whose alarms fire at the time of the accelerated clock. */
export function accelerateAlarms<T extends PaymentObjectState['storage']>(storage: T): T {
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'setAlarm') return (atMs: number) => target.setAlarm(startMs + Math.ceil((atMs - startMs) / speed));
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
