/** Query in the address of the page. */

import { ranges, type Range, type ReportOptions } from '../create-insight.ts';

/** Query of the page. What is unknown in an address counts as absent. */
export interface Query extends ReportOptions {
  live: boolean;
  /** Reference of one payment, as a customer reads it out, or the hash of one. */
  reference: string | undefined;
  id: string | undefined;
  /** Part of the payments: those that ended at a step in one way. */
  step: string | undefined;
  end: string | undefined;
}

export const rangeWords: Record<Range, string> = {
  '15m': '15 min',
  '1h': '1 hour',
  '1d': '1 day',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
};

/** Parses a query. */
export function parseQuery(params: URLSearchParams): Query {
  const get = (name: string): string | undefined => params.get(name)?.slice(0, 100) || undefined;
  return {
    range: ranges.find((one) => one === get('range')) ?? '7d',
    issuer: get('issuer'),
    network: get('network'),
    method: get('method'),
    unit: get('unit') === 'orders' ? 'orders' : undefined,
    live: get('live') === '1',
    reference: get('reference'),
    id: get('id'),
    step: get('step'),
    end: get('end'),
  };
}

/** Returns the address of the page, or of another path, with the span and filters of a query, and changes to them. */
export type ToUrl = (changes: Partial<Record<keyof Query, string | undefined>>, path?: string) => string;

export const createToUrl =
  ({ range, issuer, network, method, unit, live }: Query, basePath: string): ToUrl =>
  (changes, path = basePath) => {
    const kept = { range, issuer, network, method, unit, live: live ? '1' : undefined, ...changes };
    const params = Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return `${path}?${new URLSearchParams(params).toString()}`;
  };
