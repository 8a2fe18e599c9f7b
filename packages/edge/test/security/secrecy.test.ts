import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { nativeCard, createTestShop, CustomerPage, readProblemCode } from '../support/test-shop.ts';

const otp = '73918264';
const cvv = '8675';

describe('secrets', () => {
  test('no OTP, card number, CVV or token is in a record, event, problem, response or error, on any path', async () => {
    const told: string[] = [];
    const tell = (value: unknown): void =>
      void told.push(inspect(value, { depth: 9, showHidden: true }), JSON.stringify(value) ?? '');
    const store = new FlakyStore();
    const shop = createTestShop({
      store,
      onVerdict(verdict) {
        const { order: _, ...own } = verdict;
        tell(own);
        throw new Error('away');
      },
      onEvent: tell,
      onProblem: tell,
    });
    const save = store.save.bind(store);
    store.save = (key, value, terms) => {
      told.push(key, value);
      return save(key, value, terms);
    };
    const faults = ['reset', 'rateLimit', 'errorIn200', 'malformedJson', 'html', 'empty'] as const;
    const attempt = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        tell(await work());
      } catch (error) {
        tell(error);
        told.push(String(error), (error as Error).stack ?? '');
      }
    };
    for (const fault of faults) {
      for (const operation of ['getCardDetails', 'createPayment', 'generateOtp', 'submitOtp', 'resendOtp'] as const) {
        shop.sandbox.clearScript();
        shop.sandbox.script({ operation, fault, times: 0 });
        const orderId = await shop.createOrder();
        await attempt(async () => {
          const { order: _, client } = await shop.startPayment(orderId);
          const page = new CustomerPage(shop.handler, client.session);
          for (const step of [page.generate, () => page.submit(otp), page.resend, page.getView]) await attempt(step);
          const refused = await page.post('otp/submit', { otp: `${otp}x`, idempotencyKey: 'x' });
          told.push(await readProblemCode(refused));
          return client.view;
        });
      }
    }
    const [token = ''] = [...shop.sandbox.state.tokens.keys()];
    expect(token.length).toBeGreaterThan(8);
    const all = told.join('\n');
    expect(all.length).toBeGreaterThan(10_000);
    const encoded = (text: string): string[] => [text, btoa(text), encodeURIComponent(text)];
    for (const secret of [otp, nativeCard, token, 'sandbox-secret'].flatMap(encoded)) expect(all).not.toContain(secret);
    // Four digits alone also come up by chance inside random ids.
    expect(all).not.toMatch(new RegExp(`['":\\s]${cvv}['",\\s]`));
  });

  test('a card number where Plural or the caller names something is in no record, view or event', async () => {
    const spaced = '4012 0010 3714 1112';
    const saved: string[] = [];
    const store = new FlakyStore();
    const save = store.save.bind(store);
    store.save = (key, value, terms) => {
      saved.push(value);
      return save(key, value, terms);
    };
    const shop = createTestShop({
      store,
      async network(request, send) {
        const response = await send(request);
        const body = (await response.text()).replaceAll(
          /"(card_network|card_issuer|network_name|issuer_name)":"[^"]*"/g,
          (_, name: string) => `"${name}":"${name.startsWith('card') ? nativeCard : spaced}"`,
        );
        return new Response(body, response);
      },
    });
    const { client } = await shop.startPayment(await shop.createOrder(), {
      display: { merchantName: nativeCard, statementName: `Card ${spaced}` },
    });
    const view = await new CustomerPage(shop.handler, client.session).generate();
    expect(Object.keys(view.display ?? {})).toEqual(['amount', 'lastDigits']);
    expect(saved.length).toBeGreaterThan(0);
    const all = JSON.stringify([saved, client, view, shop.events]);
    for (const number of [nativeCard, spaced]) expect(all).not.toContain(number);
  });
});
