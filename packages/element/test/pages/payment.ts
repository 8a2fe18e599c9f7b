import type { PaymentView } from '@plural-otp/flow';

/** What the shop's server gives to its page. */
export interface Payment {
  session: string;
  view: PaymentView;
}

/** Asks the shop's server to start a payment. */
export async function startPayment(): Promise<Payment> {
  const answer = await fetch('/pay', { method: 'POST' });
  return (await answer.json()) as Payment;
}
