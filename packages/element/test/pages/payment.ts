import type { PaymentView } from '@plural-otp/flow';

/** Response of the shop's server to its page. */
export interface Payment {
  session: string;
  view: PaymentView;
}

/** Starts a payment at the shop's server. */
export async function startPayment(): Promise<Payment> {
  const response = await fetch('/pay', { method: 'POST' });
  return (await response.json()) as Payment;
}
