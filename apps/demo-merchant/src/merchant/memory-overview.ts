/** The overview over a repository without SQL: reads all orders, as a shop in the memory of one process may. */

import { toShopOrder } from '../orders.ts';
import { findStrongest, maxEntries, type ActivityEntry, type OrderFacts, type ShopRepository } from '../repository.ts';
import { bankSteps, troubleCodes, type Overview, type LineFilter, type OrderLine } from './overview.ts';

/** Creates the overview. */
export function createMemoryOverview(repository: ShopRepository): Overview {
  const toLine = async (facts: OrderFacts): Promise<OrderLine> => {
    const { number, createdAtMs, teaId, quantity, attempts, verdicts } = facts;
    const order = toShopOrder(facts);
    const strongest = findStrongest(verdicts);
    const latest = attempts.find(({ stage }) => stage !== 'rejected');
    const decision =
      order.orderStatus !== 'open'
        ? order.orderStatus
        : attempts.length === 0
          ? 'basket'
          : latest === undefined
            ? 'failed'
            : 'pending';
    const steps = decision === 'pending' ? await repository.findEntries(number) : [];
    const step = steps.findLast(({ kind, subject }) => kind === 'flow' && subject !== number);
    const hasMoney = decision === 'paid' || decision === 'authorized';
    const refunds = await repository.findRefunds(number);
    return {
      number,
      createdAtMs,
      teaId,
      quantity,
      status: decision !== 'pending' ? decision : bankSteps.includes(step?.text ?? '') ? 'waiting' : 'unfinished',
      totalPaise: (hasMoney ? (strongest?.amountPaise ?? 0) : order.amountPaise) + order.feePaise,
      refundedPaise: refunds.reduce((sum, { stage, amountPaise }) => sum + (stage === 'refused' ? 0 : amountPaise), 0),
      source: decision === 'basket' || decision === 'pending' ? undefined : strongest?.source,
      cardId: attempts[0]?.cardId,
      step: step?.text,
      changedAtMs:
        decision === 'basket'
          ? createdAtMs
          : decision === 'pending'
            ? (step?.atMs ?? latest?.startedAtMs ?? createdAtMs)
            : (strongest?.receivedAtMs ?? createdAtMs),
    };
  };
  const readAll = async (): Promise<{ line: OrderLine; facts: OrderFacts }[]> => {
    const all = await repository.findOrders({ latest: Number.MAX_SAFE_INTEGER });
    return Promise.all(all.map(async (facts) => ({ line: await toLine(facts), facts })));
  };
  const isWanted = async ({ status, search, fromMs = 0 }: LineFilter, { line, facts }: Read): Promise<boolean> => {
    if (line.createdAtMs < fromMs) return false;
    if (status === undefined ? search === undefined && line.status === 'basket' : line.status !== status) return false;
    if (search === undefined) return true;
    const names = [line.number, facts.pluralOrderId ?? ''];
    if (names.some((name) => name.toLowerCase().includes(search.toLowerCase()))) return true;
    return (await repository.findOrderByReference(search.toUpperCase())) === line.number;
  };

  return {
    async list(filter, { offset, limit }) {
      const all = await readAll();
      const wanted = await Promise.all(all.map((read) => isWanted(filter, read)));
      const lines = all.filter((_, index) => wanted[index]).map(({ line }) => line);
      return { lines: lines.slice(offset, offset + limit), count: lines.length };
    },
    async sum(fromMs) {
      const lines = (await readAll()).map(({ line }) => line);
      const refunds = (await Promise.all(lines.map(({ number }) => repository.findRefunds(number)))).flat();
      const [reserved, waiting] = (['authorized', 'waiting'] as const).map((status) =>
        lines.filter((line) => line.status === status),
      ) as [OrderLine[], OrderLine[]];
      const paid = lines.filter((line) => line.status === 'paid' && line.changedAtMs >= fromMs);
      const placed = lines.filter(({ createdAtMs }) => createdAtMs >= fromMs);
      return {
        paidPaise: sumTotals(paid),
        paidCount: paid.length,
        refundedPaise: refunds
          .filter(({ stage, atMs }) => stage !== 'refused' && atMs >= fromMs)
          .reduce((sum, { amountPaise }) => sum + amountPaise, 0),
        reservedPaise: sumTotals(reserved),
        reservedCount: reserved.length,
        oldestReservedAtMs: findOldest(reserved),
        waitingCount: waiting.length,
        oldestWaitingAtMs: findOldest(waiting),
        placedCount: placed.length,
        triedCount: placed.filter(({ status }) => status !== 'basket').length,
      };
    },
    async find(number) {
      const [facts] = await repository.findOrders({ number });
      return facts && toLine(facts);
    },
    async findTroubled(fromMs) {
      const entries = await repository.listEntries(maxEntries);
      const isTrouble = ({ kind, text, atMs }: ActivityEntry): boolean =>
        kind === 'problem' && atMs >= fromMs && troubleCodes.some((code) => text.startsWith(code));
      const found = new Map<string, { number: string; problem: string }>();
      for (const entry of entries.filter(isTrouble)) {
        const { orderNumber: number, text: problem } = entry;
        const key = `${number} ${problem}`;
        if (number !== undefined && !found.has(key)) found.set(key, { number, problem });
      }
      const lines = await Promise.all(
        [...found.values()].slice(0, 20).map(async ({ number, problem }) => {
          const [facts] = await repository.findOrders({ number });
          return facts && { line: await toLine(facts), problem };
        }),
      );
      return lines.filter((line) => line !== undefined);
    },
  };
}

interface Read {
  readonly line: OrderLine;
  readonly facts: OrderFacts;
}

const sumTotals = (lines: readonly OrderLine[]): number => lines.reduce((sum, { totalPaise }) => sum + totalPaise, 0);

function findOldest(lines: readonly OrderLine[]): number | undefined {
  return lines.length === 0 ? undefined : Math.min(...lines.map(({ changedAtMs }) => changedAtMs));
}
