/** The list of API calls, with what the shop's server learned in between. */
import type { RequestLogEntry } from '@plural-otp/sandbox';
import type { ShopNote } from './shop-in-tab.ts';

const make = (name: string, className: string, text = ''): HTMLElement => {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
};

/** Draws the calls and notes in their order. Rows that are open stay open, and the focus stays where it is. */
export function drawCallLog(list: HTMLElement, calls: readonly RequestLogEntry[], notes: readonly ShopNote[]): void {
  const openRows = new Set(
    [...list.querySelectorAll<HTMLElement>('details[open]')].map((row) => row.dataset['number']),
  );
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
  const rows = calls.flatMap((call, index) => [
    ...notes.filter(({ afterCalls }) => afterCalls === index).map(noteRow),
    callRow(call, openRows.has(String(call.number))),
  ]);
  rows.push(...notes.filter(({ afterCalls }) => afterCalls >= calls.length).map(noteRow));
  const focused = list.querySelector<HTMLElement>('details:focus-within')?.dataset['number'];
  // A row that is as before stays in the page, so that nothing that is read or focused is taken away.
  for (const [index, row] of rows.entries()) {
    const old = list.children[index];
    if (!old) list.append(row);
    else if (!old.isEqualNode(row)) old.replaceWith(row);
  }
  while (list.children.length > rows.length) list.lastChild?.remove();
  const lost = focused && list.querySelector<HTMLElement>(`[data-number="${focused}"]:not(:focus-within) summary`);
  if (lost) lost.focus({ preventScroll: true });
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
}

function callRow(call: RequestLogEntry, isOpen: boolean): HTMLElement {
  const item = make('li', 'call');
  const details = document.createElement('details');
  details.open = isOpen;
  details.dataset['number'] = String(call.number);
  const summary = make('summary', '');
  const isGood = call.status !== null && call.status < 400;
  const status = call.status === null ? (call.durationMs === undefined ? '…' : 'lost') : String(call.status);
  summary.append(make('b', isGood ? 'good' : status === '…' ? 'waiting' : 'bad', status));
  summary.append(make('span', 'operation', call.operation), make('span', 'path', `${call.method} ${call.path}`));
  details.append(summary, make('pre', '', `${toText('request', call.request)}\n${toText('response', call.response)}`));
  item.append(details);
  return item;
}

const toText = (name: string, value: unknown): string => `${name} ${JSON.stringify(value, null, 2)}`;

function noteRow({ kind, text }: ShopNote): HTMLElement {
  const item = make('li', `note ${kind}`);
  item.append(make('span', '', text));
  return item;
}
