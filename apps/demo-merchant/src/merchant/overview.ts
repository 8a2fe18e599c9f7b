/** Queries over all orders: lists, sums and what waits for somebody. `sql-overview.ts` runs them in SQL. */

/**
 * Status of an order as staff read it. `waiting`: the customer has done what is his, and the bank's answer is missing.
 * `unfinished`: the customer is at the step, or left it.
 */
export const lineStatuses = ['paid', 'authorized', 'waiting', 'unfinished', 'failed', 'cancelled', 'basket'] as const;
export type LineStatus = (typeof lineStatuses)[number];

/** Order as one line of the list. */
export interface OrderLine {
  readonly number: string;
  readonly createdAtMs: number;
  readonly teaId: string;
  readonly quantity: number;
  readonly status: LineStatus;
  /** Total with the fee of the card. Of a paid order: what was captured. */
  readonly totalPaise: number;
  /** Refunded, or on its way back to the customer. */
  readonly refundedPaise: number;
  /** Trigger that found the verdict. */
  readonly source: string | undefined;
  /** Card that was chosen last. */
  readonly cardId: string | undefined;
  /** Last step of the customer, as the handler names it. */
  readonly step: string | undefined;
  /** Time of the verdict, of the last step, or of the order. */
  readonly changedAtMs: number;
}

/** Selection of lines. */
export interface LineFilter {
  /** Without one, every order that somebody tried to pay. */
  readonly status?: LineStatus | undefined;
  /** Part of an order number or of an id at Plural, or a whole payment reference. */
  readonly search?: string | undefined;
  /** Orders placed from here on. */
  readonly fromMs?: number | undefined;
}

/** Part of a selection, newest first. */
export interface LinePage {
  readonly lines: readonly OrderLine[];
  /** Number of lines of the whole selection. */
  readonly count: number;
}

/** Sums in paise and numbers of orders. */
export interface OverviewSums {
  /** Money taken by verdicts since the beginning of the span, before refunds. */
  readonly paidPaise: number;
  readonly paidCount: number;
  /** Refunds asked for since then. */
  readonly refundedPaise: number;
  /** Money that is reserved now, whatever the span. */
  readonly reservedPaise: number;
  readonly reservedCount: number;
  /** Time of the oldest reservation. */
  readonly oldestReservedAtMs: number | undefined;
  /** Orders whose bank's answer is missing now, whatever the span. */
  readonly waitingCount: number;
  readonly oldestWaitingAtMs: number | undefined;
  /** Orders placed in the span, and those of them that somebody tried to pay. */
  readonly placedCount: number;
  readonly triedCount: number;
}

/** Reads over all orders. */
export interface Overview {
  list(filter: LineFilter, page: { readonly offset: number; readonly limit: number }): Promise<LinePage>;
  sum(fromMs: number): Promise<OverviewSums>;
  /** Returns the line of one order. */
  find(number: string): Promise<OrderLine | undefined>;
  /** Returns orders about which a problem was reported that a person has to look at, newest problem first. */
  findTroubled(fromMs: number): Promise<readonly { readonly line: OrderLine; readonly problem: string }[]>;
}

/** Steps after which the bank's answer is what is missing. */
export const bankSteps: readonly string[] = ['submitted', 'accepted', 'leftForBank', 'returned'];

/** Problems that nothing resolves by itself. */
export const troubleCodes: readonly string[] = ['PAID_TWICE', 'AMOUNT_MISMATCH', 'PAID_ELSEWHERE'];
