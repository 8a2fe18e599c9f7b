import type { Money } from '@plural-otp/flow/contract';

/** An amount in the language's own notation; `value` is in the currency's minor unit. */
export function formatMoney({ value, currency }: Money, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  return format.format(value / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** A wait in words: "30 seconds". In ASCII digits, as all numbers of the step. */
export function formatSeconds(seconds: number, language: string): string {
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'long',
    numberingSystem: 'latn',
  }).format(seconds);
}
