/** Payment methods that a card pays by. */

/** `CARD`, and instalments on a credit or a debit card: the OTP calls are the same. */
export const cardMethods: readonly string[] = ['CARD', 'CREDIT_EMI', 'DEBIT_EMI'];

/** Returns true for a method that a card of this type can pay by. */
export function suits(method: string, type: 'CREDIT' | 'DEBIT'): boolean {
  return method === 'CARD' || method === `${type}_EMI`;
}
