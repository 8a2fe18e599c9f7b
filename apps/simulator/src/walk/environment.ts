/** Events of the environment, one function per kind. */
import type { Bank } from '../actors/bank.ts';
import type { Customer } from '../actors/customer.ts';
import type { Fleet } from '../actors/fleet.ts';
import type { WalkContext } from '../context.ts';
import type { EnvironmentKind } from './swarm.ts';

const longestOutageMs = 20 * 60_000;

/** Parts of a shop that the environment acts on. */
export interface EnvironmentTarget {
  readonly context: WalkContext;
  readonly fleet: Fleet;
  readonly bank: Bank;
  readonly customers: readonly Customer[];
}

/** Brings about one event of a kind. */
export function bringAbout(
  { context, fleet, bank, customers }: EnvironmentTarget,
  kind: EnvironmentKind,
  index: number,
): void {
  const { time, random, outages, trace } = context;
  const customer = customers[index % customers.length];
  if (!customer) return;
  const { orderId } = customer.basket;
  const outage = (): number => time.nowMs + random.integer(0, random.pick([5000, 60_000, longestOutageMs]));
  const actions: Record<EnvironmentKind, () => void> = {
    storeOutage() {
      context.count('storeOutage');
      outages.storeUntilMs = outage();
      trace.add('S', '', `away for ${outages.storeUntilMs - time.nowMs} ms`);
    },
    pluralOutage() {
      context.count('pluralOutage');
      outages.pluralUntilMs = outage();
      trace.add('P', '', `away for ${outages.pluralUntilMs - time.nowMs} ms`);
    },
    clockJump() {
      context.count('clockJump');
      fleet.jumpClock(index);
    },
    deploy() {
      context.count('deploy');
      fleet.replace(index, random.chance(0.6) ? 'newer' : 'current');
    },
    restart() {
      context.count('restart');
      fleet.replace(index);
    },
    bankReverses: () => bank.reverse(orderId),
    bankWaits: () => bank.postpone(orderId),
    bankChangesAmount: () => bank.changeAmount(orderId),
    merchantCancels: () => bank.cancelOrder(orderId),
    merchantCaptures: () => bank.capture(orderId),
    merchantRefunds: () => bank.refund(orderId),
    replay() {
      const [form] = customer.returns;
      if (!form) return;
      context.count('replay');
      trace.add('C', '', 'an old return is sent again');
      void customer.comeBack(form);
    },
  };
  actions[kind]();
}
