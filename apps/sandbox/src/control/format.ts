/** Times, statuses and durations as the control page shows them. */
import { html, type Html } from '../lib/html.ts';

/** Formats epoch milliseconds as the time of day in UTC; the script adds the local time. */
export function renderTime(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)}</time>`;
}

/** Formats milliseconds as an offset, for example `+1.2 s` or `+3 min 05 s`. */
export function formatOffset(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `+${seconds.toFixed(1)} s`;
  return `+${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}

/** Formats the duration of a call, or nothing while it is not known. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return '';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

const statusTones: Readonly<Record<string, string>> = {
  PROCESSED: 'good',
  AUTHORIZED: 'good',
  FAILED: 'bad',
  CANCELLED: 'bad',
  PENDING: 'busy',
  ATTEMPTED: 'busy',
};

/** Renders the status of an order or a payment. */
export function renderStatus(status: string): Html {
  return html`<span class="pill ${statusTones[status] ?? ''}">${status}</span>`;
}

/** Renders the HTTP status of a response, or that there was none. */
export function renderHttpStatus(status: number | null): Html {
  const tone = status === null || status >= 500 ? 'bad' : status >= 400 ? 'busy' : 'good';
  return html`<span class="pill ${tone}">${status ?? 'no response'}</span>`;
}
