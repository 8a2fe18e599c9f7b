/** The staff of a simulated shop: captures what was reserved, and refunds now and then, by the merchant's own pages. */

import type { Shop } from '../app.ts';
import type { Overview } from '../merchant/overview.ts';
import type { Settings } from '../settings.ts';

/** Staff of a simulated shop. */
export interface Staff {
  /** Captures what was reserved for long enough. Every ninth order comes back, and is refunded. */
  captureDue(overview: Overview, nowMs: number): Promise<void>;
}

/** Time between the reservation and the parcel. */
const parcelMs = 8 * 3_600_000;

const lookEveryMs = 2 * 3_600_000;

/** Creates the staff. */
export function createStaff(shop: Shop, { origin, merchant }: Settings): Staff {
  const post = (path: string, fields: Record<string, string>, cookie = ''): Promise<Response> =>
    shop.fetch(
      new Request(`${origin}${path}`, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', cookie },
        body: new URLSearchParams(fields),
      }),
    );
  const logIn = async (): Promise<string> => {
    const response = await post('/merchant/login', { password: merchant.password ?? '' });
    return response.headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  let captured = 0;
  let lookedAtMs = 0;
  return {
    async captureDue(overview, nowMs) {
      if (nowMs - lookedAtMs < lookEveryMs) return;
      lookedAtMs = nowMs;
      const { lines } = await overview.list({ status: 'authorized' }, { offset: 0, limit: 50 });
      const due = lines.filter(({ changedAtMs }) => changedAtMs <= nowMs - parcelMs);
      // A login ends after half a day, which a crowd passes in a second.
      const cookie = due.length > 0 ? await logIn() : '';
      for (const { number, totalPaise } of due) {
        await post(`/merchant/orders/${number}/capture`, {}, cookie);
        captured += 1;
        const amount = String(Math.floor(totalPaise / 200));
        if (captured % 9 === 0) await post(`/merchant/orders/${number}/refund`, { refund: '1', amount }, cookie);
      }
    },
  };
}
