/** A repository in the memory of one process, for a runtime without a database. */

import {
  type Attempt,
  type ActivityEntry,
  type ListedEntry,
  maxEntries,
  type Refund,
  type StoredVerdict,
  type NewOrder,
  type OrderFacts,
  type ShopRepository,
} from './repository.ts';

/** Creates a repository in this process; its data is lost when the process ends. */
export function createMemoryRepository(keptEntries = maxEntries): ShopRepository {
  const orders = new Map<string, NewOrder & { pluralOrderId: string | undefined }>();
  const attempts = new Map<string, Attempt>();
  const verdicts = new Map<string, StoredVerdict>();
  const entries: ActivityEntry[] = [];
  const customers = new Map<string, string>();
  const references = new Map<string, string>();
  const refunds = new Map<string, Refund>();
  let added = 0;
  const toListedEntry = (entry: ActivityEntry): ListedEntry => {
    const { subject = '' } = entry;
    const byPlural = [...orders.values()].find(({ pluralOrderId }) => pluralOrderId === subject)?.number;
    return { ...entry, orderNumber: orders.has(subject) ? subject : (byPlural ?? references.get(subject)) };
  };

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
    async saveCustomer(session, customerId) {
      customers.set(session, customerId);
    },
    findCustomer: async (session) => customers.get(session),
    async addReference(customerReference, orderNumber) {
      references.set(customerReference, orderNumber);
    },
    findOrderByReference: async (customerReference) => references.get(customerReference),
    async addRefund(refund) {
      if (refunds.has(refund.reference)) return false;
      refunds.set(refund.reference, refund);
      return true;
    },
    async setRefundStage(reference, stage) {
      const refund = refunds.get(reference);
      if (refund !== undefined) refunds.set(reference, { ...refund, stage });
    },
    findRefunds: async (number) => [...refunds.values()].filter(({ orderNumber }) => orderNumber === number),
    async addEntry(entry) {
      added += 1;
      entries.unshift(entry);
      entries.length = Math.min(entries.length, keptEntries);
    },
    listEntries: async (limit) => entries.slice(0, limit).map(toListedEntry),
    findEntries: async (number) =>
      entries
        .map(toListedEntry)
        .filter(({ orderNumber }) => orderNumber === number)
        .reverse(),
    countEntries: async () => added,
  };
}
