import type { PluralOtpClient } from '@plural-otp/element';

/**
 * Asks the backend for the payment of an order that was started before. There, `resumePayment` of `@plural-otp/edge`
 * returns its client; this request stands for it.
 */
export async function resumePayment(order: string): Promise<PluralOtpClient> {
  const url = `${process.env['BACKEND_ORIGIN']}/pay`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify({ order }), cache: 'no-store' });
  return (await response.json()) as PluralOtpClient;
}
