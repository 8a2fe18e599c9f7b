/** Customers, saved cards and fees: the documented shapes, and what is rejected. */
import { describe, expect, test } from 'vitest';
import type { SandboxOptions } from '@plural-otp/sandbox';
import {
  amount,
  cardBody,
  createTestSandbox,
  type JsonMember,
  type Merchant,
  tokenBody,
  toText,
} from '../support/merchant.ts';

const iso = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
const paymentOf = async (merchant: Merchant, orderId: string, payment: object): ReturnType<Merchant['call']> =>
  merchant.createPayment(orderId, payment);

const firstPayment = (body: Record<string, JsonMember | undefined>): string =>
  toText(body['data']?.['payments']?.['0']?.['id']);

async function orderFor(merchant: Merchant, customer?: object): Promise<{ orderId: string; customerId: string }> {
  const { body } = await merchant.createOrder(customer === undefined ? {} : { purchase_details: { customer } });
  const order = body['data'];
  return {
    orderId: toText(order?.['order_id']),
    customerId: toText(order?.['purchase_details']?.['customer']?.['customer_id'] ?? 'none'),
  };
}

/** Pays an order of the customer, and saves the card. */
async function saveCard(
  merchant: Merchant,
  customer: object = { merchant_customer_reference: 'asha' },
  card: object = {},
): Promise<{ customerId: string; tokenId: string; orderId: string }> {
  const { orderId, customerId } = await orderFor(merchant, customer);
  const created = await paymentOf(merchant, orderId, {
    payment_option: { card_details: { ...cardBody, ...card, save: true } },
  });
  const paymentId = firstPayment(created.body);
  await merchant.generate(paymentId);
  expect((await merchant.submit(paymentId, '123456')).status).toBe(200);
  const [token] = await tokensOf(merchant, customerId);
  return { customerId, orderId, tokenId: toText(token?.['token_id']) };
}

async function tokensOf(merchant: Merchant, customerId: string): Promise<Record<string, unknown>[]> {
  const { body } = await merchant.call('GET', `/api/v1/customer/${customerId}/tokens`);
  return body['tokens'] as unknown as Record<string, unknown>[];
}

describe('customers', () => {
  const details = { merchant_customer_reference: 'asha', country_code: '91', mobile_number: '9876543210', gstin: 'x' };

  test('one is created as INACTIVE, and is ACTIVE when it is read by id or by its details', async () => {
    const { merchant } = await createTestSandbox();
    const { status, body } = await merchant.call('POST', '/api/v1/customer', details);
    const id = toText(body['customer_id']);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        customer_id: matching(/^cust-v1-\d{12}-aa-\w{6}$/),
        ...details,
        status: 'INACTIVE',
        created_at: matching(iso),
        updated_at: matching(iso),
      },
    });
    const read = await merchant.call('GET', `/api/v1/customer/${id}`);
    expect(read).toEqual({ status: 200, body: { ...body, status: 'ACTIVE' } });
    const query = new URLSearchParams({ ...details, gstin: '' });
    expect(await merchant.call('GET', `/api/v1/customer?${query.toString()}`)).toEqual(read);
    query.set('mobile_number', '9876543211');
    expect((await merchant.call('GET', `/api/v1/customer?${query.toString()}`)).status).toBe(404);
    query.delete('mobile_number');
    expect(await merchant.call('GET', `/api/v1/customer?${query.toString()}`)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', additional_error_details: { source: 'mobile_number' } },
    });
  });

  test.each([
    ['reject', 422],
    ['existing', 200],
  ] as const)('with duplicates "%s" a repeated reference is %i', async (duplicates, status) => {
    const { merchant, sandbox } = await createTestSandbox({ duplicates });
    await merchant.call('POST', '/api/v1/customer', details);
    expect((await merchant.call('POST', '/api/v1/customer', details)).status).toBe(status);
    expect(sandbox.state.customers.size).toBe(1);
  });

  test('an order creates its customer from reference or mobile number, and finds it again', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const first = await orderFor(merchant, { merchant_customer_reference: 'asha', first_name: 'Asha' });
    expect(first.customerId).toMatch(/^cust-v1-/);
    expect(await orderFor(merchant, { merchant_customer_reference: 'asha' })).toMatchObject({
      customerId: first.customerId,
    });
    expect((await orderFor(merchant, { customer_id: first.customerId, mobile_number: '9000000000' })).customerId).toBe(
      first.customerId,
    );
    const byMobile = await orderFor(merchant, { country_code: '91', mobile_number: '9000000000' });
    expect(byMobile.customerId).not.toBe(first.customerId);
    // Neither names a customer: a number alone, and an id that is not known.
    expect((await orderFor(merchant, { mobile_number: '9000000000' })).customerId).toBe('none');
    expect((await orderFor(merchant, { customer_id: '123456' })).customerId).toBe('123456');
    expect(sandbox.state.customers.size).toBe(2);
  });

  test.each(['/api/v1/customer/cust-none', '/api/v1/customer/cust-none/tokens', '/api/v1/tokens/token-none'])(
    '%s is 404',
    async (path) => {
      const { merchant } = await createTestSandbox();
      expect((await merchant.call('GET', path)).status).toBe(404);
    },
  );
});

describe('a card is saved', () => {
  test('once its payment succeeds, and is listed without its number', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { customerId, tokenId, orderId } = await saveCard(merchant);
    expect(await merchant.call('GET', `/api/v1/customer/${customerId}/tokens`)).toEqual({
      status: 200,
      body: {
        customer_id: customerId,
        total_tokens: 1,
        tokens: [
          {
            token_id: matching(/^token-v1-\d{12}-aa-\w{6}$/),
            customer_id: customerId,
            merchant_token_reference: matching(/^reference-/),
            status: 'ACTIVE',
            payment_method: 'CARD',
            card_data: {
              last4_digit: '1112',
              card_type: 'CREDIT',
              network_name: 'VISA',
              issuer_name: 'HDFC',
              card_category: 'CONSUMER',
              country_code: 'IND',
              international: false,
              emi: true,
              cvv_required: true,
            },
            is_compliant: true,
            created_at: matching(iso),
            updated_at: matching(iso),
          },
        ],
        created_at: matching(iso),
        updated_at: matching(iso),
      },
    });
    expect(JSON.stringify([...sandbox.state.cardTokens])).not.toContain('4012001037141112');
    expect(sandbox.state.orders.get(orderId)?.history.map(({ event }) => event)).toContain(`card saved as ${tokenId}`);
    expect(sandbox.state.deliveries.map(({ eventType }) => eventType)).toEqual([
      'CUSTOMER_ACTIVATED',
      'ORDER_PROCESSED',
      'TOKEN_ACTIVATED',
    ]);
  });

  test('not before, not after a decline, and not for an order without a customer', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId } = await orderFor(merchant, { merchant_customer_reference: 'asha' });
    const declined = { ...cardBody, card_number: '4000000000000309', save: true };
    const { body } = await paymentOf(merchant, orderId, { payment_option: { card_details: declined } });
    expect(sandbox.state.cardTokens.size).toBe(0);
    const paymentId = firstPayment(body);
    await merchant.generate(paymentId);
    await merchant.submit(paymentId, '123456');
    expect(sandbox.state.cardTokens.size).toBe(0);
    const nobody = await orderFor(merchant);
    expect((await paymentOf(merchant, nobody.orderId, { payment_option: { card_details: declined } })).status).toBe(
      200,
    );
    expect(sandbox.state.orders.get(nobody.orderId)?.history.at(-2)?.event).toContain('names no customer');
  });

  test('once, however often it is paid with', async () => {
    const { merchant } = await createTestSandbox();
    const { customerId, tokenId } = await saveCard(merchant);
    expect((await saveCard(merchant)).tokenId).toBe(tokenId);
    await saveCard(merchant, undefined, { card_number: '5555555555554444' });
    expect(await tokensOf(merchant, customerId)).toHaveLength(2);
  });

  test('from its encrypted details too, idempotently by the reference', async () => {
    const { merchant } = await createTestSandbox();
    const { customerId } = await orderFor(merchant, { merchant_customer_reference: 'asha' });
    const body = {
      customer_id: customerId,
      merchant_token_reference: 'ours-1',
      payment_method: 'CARD',
      payment_option: { encrypted_card_details: 'sealed-6521000000000007' },
    };
    const first = await merchant.call('POST', '/api/v1/tokens', body);
    expect(first).toEqual({
      status: 201,
      body: {
        token_id: matching(/^token-v1-/),
        customer_id: customerId,
        merchant_token_reference: 'ours-1',
        status: 'ACTIVE',
        created_at: matching(iso),
        updated_at: matching(iso),
      },
    });
    expect(await merchant.call('POST', '/api/v1/tokens', body)).toEqual(first);
    const unknown = { ...body, customer_id: 'cust-none', merchant_token_reference: 'ours-2' };
    expect((await merchant.call('POST', '/api/v1/tokens', unknown)).status).toBe(404);
  });
});

describe('a saved card pays', () => {
  const byToken = (token_id: string, more: object = {}): object => ({
    payment_option: { card_token_details: { token_id, token_txn_type: 'ALT_TOKEN', cvv: '123', ...more } },
  });

  test('as the card it is, by OTP', async () => {
    const { merchant } = await createTestSandbox();
    const { tokenId } = await saveCard(merchant);
    const { orderId } = await orderFor(merchant, { merchant_customer_reference: 'asha' });
    const { status, body } = await paymentOf(merchant, orderId, byToken(tokenId));
    const payments = body['data']?.['payments'] as unknown as { id: string }[];
    expect({ status, payments }).toMatchObject({
      status: 200,
      payments: [{ payment_option: { card_data: { is_native_otp_eligible: true, token_txn_type: 'ALT_TOKEN' } } }],
    });
    await merchant.generate(toText(payments[0]?.id));
    await merchant.submit(toText(payments[0]?.id), '123456');
    expect(await merchant.statuses(orderId)).toEqual(['PROCESSED', 'PROCESSED']);
  });

  test('and keeps what its scenario does: no native OTP, a network that is not listed', async () => {
    const { merchant } = await createTestSandbox();
    const eligible = async (card_number: string): Promise<unknown> => {
      const { tokenId } = await saveCard(merchant, { merchant_customer_reference: card_number }, { card_number });
      const { orderId } = await orderFor(merchant);
      const { body } = await paymentOf(merchant, orderId, byToken(tokenId));
      return body['data']?.['payments']?.['0']?.['payment_option']?.['card_data'];
    };
    expect(await eligible('4000000000000101')).toMatchObject({ issuer_name: 'KOTAK', is_native_otp_eligible: true });
    expect(await eligible('5200000000000007')).toMatchObject({ network_name: 'MASTERCARD' });
  });

  test.each([
    ['is unknown', 'token-none', {}, 422, 'INVALID_INSTRUMENT'],
    ['has no CVV, with an ALT_TOKEN', '', { cvv: undefined }, 400, 'INVALID_REQUEST'],
    [
      'has no CVV, with an ISSUER_TOKEN',
      '',
      { cvv: undefined, token_txn_type: 'ISSUER_TOKEN' },
      400,
      'INVALID_REQUEST',
    ],
    ['has no kind', '', { token_txn_type: undefined }, 400, 'INVALID_REQUEST'],
  ])('not when it %s', async (_what, tokenId, more, status, code) => {
    const { merchant, sandbox } = await createTestSandbox();
    const saved = await saveCard(merchant);
    const { orderId } = await orderFor(merchant, { merchant_customer_reference: 'asha' });
    const response = await paymentOf(merchant, orderId, byToken(tokenId || saved.tokenId, more));
    expect(response).toMatchObject({ status, body: { code } });
    expect(sandbox.state.orders.get(orderId)?.payments).toEqual([]);
  });

  test('not for another customer, not after it was deleted, and a RuPay card not without its CVV', async () => {
    const { merchant } = await createTestSandbox();
    const { tokenId, customerId } = await saveCard(merchant);
    const { orderId } = await orderFor(merchant, { merchant_customer_reference: 'somebody else' });
    expect(await paymentOf(merchant, orderId, byToken(tokenId))).toMatchObject({
      status: 422,
      body: { code: 'INVALID_INSTRUMENT' },
    });
    const own = await orderFor(merchant, { merchant_customer_reference: 'asha' });
    const rupay = await saveCard(
      merchant,
      { merchant_customer_reference: 'asha' },
      { card_number: '6521000000000007' },
    );
    const [, second] = await tokensOf(merchant, rupay.customerId);
    const withoutCvv = { cvv: undefined, token_txn_type: 'NETWORK_TOKEN' };
    expect(await paymentOf(merchant, own.orderId, byToken(toText(second?.['token_id']), withoutCvv))).toMatchObject({
      status: 400,
      body: { additional_error_details: { source: 'payments[0].payment_option.card_token_details.cvv' } },
    });

    const path = `/api/v1/tokens/${tokenId}/delete`;
    const deleted = { status: 200, body: { token_id: tokenId, status: 'DEACTIVATED' } };
    expect(await merchant.call('POST', path)).toEqual(deleted);
    expect(await merchant.call('POST', path)).toEqual(deleted);
    expect((await tokensOf(merchant, customerId))[0]).toMatchObject({ status: 'DEACTIVATED' });
    expect((await paymentOf(merchant, own.orderId, byToken(tokenId))).body).toMatchObject({
      code: 'INVALID_INSTRUMENT',
    });
    expect((await merchant.call('POST', '/api/v1/tokens/token-none/delete')).status).toBe(404);
  });

  test('its cryptogram needs the id of its own network token, and is different each time', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { tokenId } = await saveCard(merchant);
    const { body: read } = await merchant.call('GET', `/api/v1/tokens/${tokenId}`);
    const spt = toText(read['service_provider_token_id']);
    const ask = (service_provider_token_id: string): ReturnType<Merchant['call']> =>
      merchant.call('POST', `/api/v1/tokens/${tokenId}/token-transactional-data`, {
        merchant_unique_reference: 'use-1',
        service_provider_token_id,
      });
    const first = await ask(spt);
    expect(first).toMatchObject({
      status: 200,
      body: {
        token_id: tokenId,
        service_provider_token_id: spt,
        token_data: { cryptogram: matching(/^[\w]{27}=$/), token_expiry_month: 12, token_expiry_year: 2031 },
      },
    });
    expect((await ask(spt)).body['token_data']).not.toEqual(first.body['token_data']);
    expect((await ask('tp-none')).body).toMatchObject({ code: 'INVALID_INSTRUMENT' });
    expect(JSON.stringify(sandbox.state.requests)).not.toContain(toText(first.body['token_data']?.['cryptogram']));
  });
});

describe('methods of instalments', () => {
  const emi = (payment_method: string, card_number: string): object => ({
    payment_method,
    offer_data: { tenure_in_months: 6 },
    payment_option: { card_details: { ...cardBody, card_number } },
  });

  test.each([
    ['CREDIT_EMI', '4012001037141112', 200],
    ['DEBIT_EMI', '5555555555554444', 200],
    ['DEBIT_EMI', '4012001037141112', 422],
    ['CREDIT_EMI', '5555555555554444', 422],
  ])('%s with %s is %i', async (method, number, status) => {
    const { merchant } = await createTestSandbox();
    const { orderId } = await orderFor(merchant);
    const response = await paymentOf(merchant, orderId, emi(method, number));
    expect(response).toMatchObject(
      status === 200
        ? { status, body: { data: { payments: [{ payment_method: method, offer_data: { tenure_in_months: 6 } }] } } }
        : { status, body: { code: 'CARD_NOT_ALLOWED' } },
    );
  });
});

describe('fees', () => {
  const ask = async (body: object, options: SandboxOptions = {}): ReturnType<Merchant['call']> => {
    const { merchant } = await createTestSandbox(options);
    return merchant.call('POST', '/api/v1/fees', body);
  };

  test('one payment method has one fee: the amount, its parts and the sum', async () => {
    const money = (value: number): object => ({ value, currency: 'INR' });
    expect(await ask({ amount: money(100_000), payment_method: 'CARD', network_type: 'VISA' })).toEqual({
      status: 200,
      body: {
        data: [
          {
            payment_method: 'CARD',
            amount: money(100_000),
            convenience_fee_breakdown: {
              fee_amount: money(2000),
              tax_amount: money(540),
              additional_fee_amount: money(1000),
              maximum_fee_amount: money(4999),
              applicable_fee_amount: money(3540),
            },
            payable_amount: money(103_540),
            payment_method_metadata: { network_type: 'VISA' },
          },
        ],
      },
    });
    expect(await ask({ amount, payment_method: 'UPI' })).toMatchObject({ status: 422 });
  });

  test('a fee that the merchant sends with a payment is shown, and charged on top', async () => {
    const { merchant, sandbox } = await createTestSandbox();
    const { orderId } = await orderFor(merchant);
    const convenience_fee_breakdown = { applicable_fee_amount: { value: 1500, currency: 'INR' } };
    const { body } = await paymentOf(merchant, orderId, { convenience_fee_breakdown });
    expect(body['data']?.['payments']).toMatchObject([{ convenience_fee_breakdown }]);
    expect(sandbox.state.orders.get(orderId)?.payments[0]?.chargedValue).toBe(36_500);
  });
});

test('a token made elsewhere needs its CVV too, and pays for an order of any customer', async () => {
  const { merchant } = await createTestSandbox();
  const { orderId } = await orderFor(merchant, { merchant_customer_reference: 'asha' });
  const { cvv: _, ...withoutCvv } = tokenBody;
  expect((await paymentOf(merchant, orderId, { payment_option: { card_token_details: withoutCvv } })).status).toBe(400);
  expect((await paymentOf(merchant, orderId, { payment_option: { card_token_details: tokenBody } })).status).toBe(200);
});
