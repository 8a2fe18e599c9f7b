import type { Money } from '@plural-otp/flow/contract';

// To make one costs more than to draw the step.
const formats = new Map<string, Intl.NumberFormat>();

function getNumberFormat(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(language, options);
  formats.set(key, format);
  return format;
}

/** An amount in the notation of `language`; `value` is in the currency's minor unit. */
export function formatMoney({ value, currency }: Money, language: string): string {
  const format = getNumberFormat(language, { style: 'currency', currency });
  return format.format(value / 10 ** format.resolvedOptions().maximumFractionDigits!);
}

/** A wait for the ear: "30 seconds". In ASCII digits, as all numbers of the step. */
export function formatSeconds(seconds: number, language: string): string {
  return getNumberFormat(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'long',
    numberingSystem: 'latn',
  }).format(seconds);
}

/** A wait for the eye: "0:30". */
export function formatCountdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
