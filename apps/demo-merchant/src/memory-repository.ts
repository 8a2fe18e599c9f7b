import {
  type Attempt,
  type Entry,
  isAbout,
  keptEntries,
  type KeptVerdict,
  type NewOrder,
  type OrderFacts,
  type ShopData,
} from './repository.ts';

/** The shop's data in this process: all of it is gone when the process ends. */
export function memoryData(): ShopData {
  const orders = new Map<string, NewOrder & { pluralOrderId: string | undefined }>();
  const attempts = new Map<string, Attempt>();
  const verdicts = new Map<string, KeptVerdict>();
  const journal: Entry[] = [];

  const attemptsOf = (number: string): Attempt[] =>
    [...attempts.values()]
      .filter(({ orderNumber }) => orderNumber === number)
      .sort((one, other) => other.attempt - one.attempt);
  const verdictsOf = (number: string): KeptVerdict[] =>
    [...verdicts.values()].filter(({ orderNumber }) => orderNumber === number);
  const factsOf = (order: NewOrder & Pick<OrderFacts, 'pluralOrderId'>): OrderFacts => ({
    ...order,
    attempts: attemptsOf(order.number),
    verdicts: verdictsOf(order.number),
  });

  return {
    async addOrder(order) {
      if (orders.has(order.number)) throw new Error(`There is an order ${order.number} already`);
      orders.set(order.number, { ...order, pluralOrderId: undefined });
    },
    async linkToPlural(number, pluralOrderId) {
      const order = orders.get(number);
      if (order !== undefined) order.pluralOrderId = pluralOrderId;
    },
    async addAttempt(attempt) {
      if (attempts.has(attempt.reference)) return false;
      attempts.set(attempt.reference, attempt);
      return true;
    },
    async markStarted(reference, pluralPaymentId) {
      const attempt = attempts.get(reference);
      if (attempt !== undefined) attempts.set(reference, { ...attempt, stage: 'started', pluralPaymentId });
    },
    async markRefused(reference) {
      const attempt = attempts.get(reference);
      if (attempt?.stage === 'starting') attempts.set(reference, { ...attempt, stage: 'refused' });
    },
    async addVerdict(verdict) {
      if (verdicts.has(verdict.key)) return false;
      verdicts.set(verdict.key, verdict);
      return true;
    },
    async orders(which) {
      const newest = [...orders.values()].reverse();
      if ('number' in which) return newest.filter(({ number }) => number === which.number).map(factsOf);
      if ('session' in which) return newest.filter(({ session }) => session === which.session).map(factsOf);
      return newest.slice(0, which.latest).map(factsOf);
    },
    async owed() {
      const open = [...attempts.values()].filter(
        (attempt) =>
          attempt.stage !== 'refused' && !verdictsOf(attempt.orderNumber).some((verdict) => isAbout(verdict, attempt)),
      );
      return new Set(open.map(({ orderNumber }) => orderNumber)).size;
    },
    async addEntry(entry) {
      journal.unshift(entry);
      journal.length = Math.min(journal.length, keptEntries);
    },
    entries: async (limit) => journal.slice(0, limit),
  };
}
