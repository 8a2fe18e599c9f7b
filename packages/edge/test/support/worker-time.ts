/** Time in a Worker under test: its clock and the alarms of its objects can run faster than the engine's. */
import type { PaymentObjectState } from '../../src/stores/payment-store-object.ts';

const readEngineClock = Date.now.bind(Date);
let startedAtMs = readEngineClock();
let startMs = startedAtMs;
let speed = 1;

Date.now = () => startMs + Math.round((readEngineClock() - startedAtMs) * speed);

/** Makes `Date.now` of this Worker run so many times faster than the engine's clock from now on. */
export function setClockSpeed(times: number): void {
  startMs = Date.now();
  startedAtMs = readEngineClock();
  speed = times;
}

/** Returns a storage whose alarms fire at the time of this Worker's clock. */
export function accelerateAlarms<T extends PaymentObjectState['storage']>(storage: T): T {
  return new Proxy(storage, {
    get(target, name) {
      if (name === 'setAlarm') {
        return (atMs: number) => target.setAlarm(startedAtMs + Math.ceil((atMs - startMs) / speed));
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
