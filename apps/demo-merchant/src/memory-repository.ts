/** A repository in the memory of one process, for a runtime without a database. */

import {
  type Attempt,
  type ActivityEntry,
  findStrongest,
  isVerdictFor,
  maxEntries,
  type StoredVerdict,
  type NewOrder,
  type OrderFacts,
  type ShopRepository,
} from './repository.ts';

/** Creates a repository in this process; its data is lost when the process ends. */
export function createMemoryRepository(): ShopRepository {
  const orders = new Map<string, NewOrder & { pluralOrderId: string | undefined }>();
  const attempts = new Map<string, Attempt>();
  const verdicts = new Map<string, StoredVerdict>();
  const entries: ActivityEntry[] = [];
  const customers = new Map<string, string>();

  const getAttempts = (number: string): Attempt[] =>
    [...attempts.values()]
      .filter(({ orderNumber }) => orderNumber === number)
      .sort((one, other) => other.attempt - one.attempt);
  const getVerdicts = (number: string): StoredVerdict[] =>
    [...verdicts.values()].filter(({ orderNumber }) => orderNumber === number);
  const toOrderFacts = (order: NewOrder & Pick<OrderFacts, 'pluralOrderId'>): OrderFacts => ({
    ...order,
    attempts: getAttempts(order.number),
    verdicts: getVerdicts(order.number),
  });

  return {
    async addOrder(order) {
      if (orders.has(order.number)) throw new Error(`Order ${order.number} already exists`);
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
    async markRejected(reference) {
      const attempt = attempts.get(reference);
      if (attempt?.stage === 'starting') attempts.set(reference, { ...attempt, stage: 'rejected' });
    },
    async addVerdict(verdict) {
      if (verdicts.has(verdict.key)) return false;
      verdicts.set(verdict.key, verdict);
      return true;
    },
    async findOrders(query) {
      const newest = [...orders.values()].reverse();
      if ('number' in query) return newest.filter(({ number }) => number === query.number).map(toOrderFacts);
      if ('session' in query) return newest.filter(({ session }) => session === query.session).map(toOrderFacts);
      return newest.slice(0, query.latest).map(toOrderFacts);
    },
    async sumOrders() {
      const sum = { count: orders.size, paidPaise: 0, reservedPaise: 0 };
      for (const { number, amountPaise } of orders.values()) {
        const strongest = findStrongest(getVerdicts(number));
        const totalPaise = amountPaise + (strongest?.feePaise ?? 0);
        if (strongest?.outcome === 'paid') sum.paidPaise += totalPaise;
        if (strongest?.outcome === 'authorized') sum.reservedPaise += totalPaise;
      }
      return sum;
    },
    async countPending() {
      const open = [...attempts.values()].filter(
        (attempt) =>
          attempt.stage !== 'rejected' &&
          !getVerdicts(attempt.orderNumber).some((verdict) => isVerdictFor(verdict, attempt)),
      );
      return new Set(open.map(({ orderNumber }) => orderNumber)).size;
    },
    async saveCustomer(session, customerId) {
      customers.set(session, customerId);
    },
    findCustomer: async (session) => customers.get(session),
    async addEntry(entry) {
      entries.unshift(entry);
      entries.length = Math.min(entries.length, maxEntries);
    },
    listEntries: async (limit) => entries.slice(0, limit),
  };
}
