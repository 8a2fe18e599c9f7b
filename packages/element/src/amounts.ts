import type { Money } from '@plural-otp/flow/contract';

/** An amount in the language's own notation; `value` is in the currency's minor unit. */
export function formatMoney({ value, currency }: Money, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  return format.format(value / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** A wait for the ear: "30 seconds". */
export function spokenSeconds(seconds: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(seconds);
}

/** A wait for the eye: "0:30". */
export function clockSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
