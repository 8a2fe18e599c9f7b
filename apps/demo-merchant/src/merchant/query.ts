/** Query in the address of the merchant's page. */

import { lineStatuses, type LineFilter, type LineStatus } from './overview.ts';

/** Spans of the page, which insight reports too. */
export const spans = ['1d', '7d', '30d'] as const;
export type Span = (typeof spans)[number];

/** Lines of one page of the list. */
export const linesPerPage = 25;

/** Query of the page. */
export interface PageQuery {
  readonly span: Span;
  readonly status: LineStatus | undefined;
  readonly search: string | undefined;
  /** Page of the list, from 1. */
  readonly page: number;
}

/** Parses a query; what is unknown in it counts as absent. */
export function parseQuery(params: URLSearchParams): PageQuery {
  const page = Number(params.get('page') ?? 1);
  return {
    span: spans.find((span) => span === params.get('span')) ?? '7d',
    status: lineStatuses.find((status) => status === params.get('status')),
    search: params.get('q')?.trim().slice(0, 64) || undefined,
    page: Number.isSafeInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1,
  };
}

/** Returns the address of the page, or of another path, with changes to a query. */
export function toUrl(query: PageQuery, changes: Partial<PageQuery> = {}, path = '/merchant'): string {
  const { span, status, search, page } = { ...query, page: 1, ...changes };
  const params = new URLSearchParams();
  if (span !== '7d') params.set('span', span);
  if (status !== undefined) params.set('status', status);
  if (search !== undefined) params.set('q', search);
  if (page !== 1) params.set('page', String(page));
  return params.size === 0 ? path : `${path}?${params.toString()}`;
}

/** Returns the filter of a query. A search looks at all orders, however old. */
export function toFilter({ status, search }: PageQuery, fromMs: number): LineFilter {
  return { status, search, fromMs: search === undefined ? fromMs : undefined };
}

/** Parses an amount in rupees, such as `1,250.50`, to paise. */
export function parsePaise(text: string | null): number | undefined {
  const match = /^₹?\s*(\d{1,9}|\d{1,3}(?:,\d{2,3})*)(?:\.(\d{1,2}))?$/.exec((text ?? '').trim());
  if (match === null) return undefined;
  const [, rupees = '', paise = ''] = match;
  return Number(rupees.replaceAll(',', '')) * 100 + Number(paise.padEnd(2, '0') || 0);
}
