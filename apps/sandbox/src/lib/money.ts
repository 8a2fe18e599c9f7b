/** Amounts of money. */

/** An amount in the currency's minor unit (paise for INR). */
export interface Money {
  readonly value: number;
  readonly currency: string;
}

/** Formats an amount of minor units as is usual in India, for example `₹2,499.00`. */
export function formatMoney(value: number, currency: string): string {
  return new Intl.NumberFormat('en-IN', { style: 'currency', currency }).format(value / 100);
}
