/** Formats amounts and waiting times, for the eye and for the ear. */
import type { Money } from '../contract.ts';
import { fill, fillPlural, type Messages } from './messages.ts';

// Cached because making a formatter costs more than rendering the step.
const formats: Record<string, Intl.NumberFormat> = {};

/** Returns the format of amounts in `currency`. */
function getMoneyFormat(language: string, currency: string): Intl.NumberFormat {
  return (formats[language + currency] ??= new Intl.NumberFormat(language, { style: 'currency', currency }));
}

/** Formats an amount in the notation of `language`; `value` is in the currency's minor unit. */
export function formatMoney({ value, currency }: Money, language: string): string {
  const format = getMoneyFormat(language, currency);
  return format.format(value / 10 ** format.resolvedOptions().maximumFractionDigits!);
}

/**
 * Formats a waiting time in words: "30 seconds". Worded by the messages, because Chromium has no names of units for Odia
 * and Punjabi.
 */
export function formatSeconds(seconds: number, messages: Messages): string {
  return fillPlural('seconds', seconds, messages);
}

/** Formats the sentence for the wait until a resend. */
export function formatWait(seconds: number, messages: Messages): string {
  return fill(messages.resendWait, { time: formatSeconds(seconds, messages) });
}

/** Formats a waiting time as a clock shows it: "0:30". */
export function formatCountdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Returns the whole seconds until `deadlineMs`, 0 once it has passed. */
export function secondsUntil(deadlineMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((deadlineMs - nowMs) / 1000));
}
