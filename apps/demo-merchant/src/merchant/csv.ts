/** The list of orders as CSV. */

import { findTea } from '../catalogue.ts';
import type { OrderLine } from './overview.ts';

const columns: readonly (readonly [name: string, read: (line: OrderLine) => string | number])[] = [
  ['order', ({ number }) => number],
  ['placed', ({ createdAtMs }) => new Date(createdAtMs).toISOString()],
  ['tea', ({ teaId }) => findTea(teaId)?.name ?? teaId],
  ['quantity', ({ quantity }) => quantity],
  ['status', ({ status }) => status],
  ['total_inr', ({ totalPaise }) => (totalPaise / 100).toFixed(2)],
  ['refunded_inr', ({ refundedPaise }) => (refundedPaise / 100).toFixed(2)],
  ['learned_from', ({ source }) => source ?? ''],
  ['changed', ({ changedAtMs }) => new Date(changedAtMs).toISOString()],
];

/** Writes lines as CSV by RFC 4180. */
export function toCsv(lines: readonly OrderLine[]): string {
  const rows = lines.map((line) => columns.map(([, read]) => quote(read(line))));
  return [columns.map(([name]) => name), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function quote(value: string | number): string {
  const text = String(value);
  // A spreadsheet would run a cell that begins like a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
