/** Formats amounts and waiting times, for the eye and for the ear. */
import type { Money } from '../contract.ts';

// Cached because making a formatter costs more than rendering the step.
const formats: Record<string, Intl.NumberFormat> = {};

/** Returns the format of amounts in `currency`, or without one that of seconds. */
function getNumberFormat(language: string, currency = ''): Intl.NumberFormat {
  return (formats[language + currency] ??= new Intl.NumberFormat(
    language,
    currency
      ? { style: 'currency', currency }
      : { style: 'unit', unit: 'second', unitDisplay: 'long', numberingSystem: 'latn' },
  ));
}

/** Formats an amount in the notation of `language`; `value` is in the currency's minor unit. */
export function formatMoney({ value, currency }: Money, language: string): string {
  const format = getNumberFormat(language, currency);
  return format.format(value / 10 ** format.resolvedOptions().maximumFractionDigits!);
}

/** Formats a waiting time in words: "30 seconds". In ASCII digits, as all numbers of the step. */
export function formatSeconds(seconds: number, language: string): string {
  return getNumberFormat(language).format(seconds);
}

/** Formats a waiting time as a clock shows it: "0:30". */
export function formatCountdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Returns the whole seconds until `deadlineMs`, 0 once it has passed. */
export function secondsUntil(deadlineMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((deadlineMs - nowMs) / 1000));
}
