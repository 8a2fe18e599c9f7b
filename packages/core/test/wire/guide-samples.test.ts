import { describe, expect, expectTypeOf, test } from 'vitest';
import * as v from 'valibot';
import type {
  CaptureOrderBody,
  CreateOrderBody,
  CreatePaymentBody,
  GetCardDetailsBody,
  Plural,
} from '@plural-otp/core';
import * as wire from '@plural-otp/core/wire';
import samples from '../fixtures/guide-samples.json' with { type: 'json' };

describe('guide: every printed response is parsed', () => {
  const responses = {
    tokenAnswer: wire.tokenResponseSchema,
    createOrderAnswer: wire.orderSchema,
    createPaymentAnswer: wire.orderSchema,
    cardDetailsAnswer: wire.cardDetailsResponseSchema,
    generateAnswer: wire.otpPromptSchema,
    submitAnswer: wire.otpAcceptanceSchema,
    resendAnswer: wire.otpPromptSchema,
    captureAnswer: wire.orderSchema,
    cancelAnswer: wire.orderSchema,
  } as const;

  test.each(Object.entries(responses))('%s: nothing is lost or changed', (name, schema) => {
    const sample = samples[name as keyof typeof responses];
    const read = v.parse(schema, sample);
    expect(read).toMatchObject('data' in sample ? sample.data : sample);
  });

  test('createPaymentAnswer: amounts, fee and payment match their types', () => {
    const order = v.parse(wire.orderSchema, samples.createPaymentAnswer);
    expect(order.payments[0]?.convenience_fee_breakdown?.applicable_fee_amount).toEqual({
      value: 4999,
      currency: 'INR',
    });
    expect(order.payments[0]?.payment_option?.card_data?.network_name).toBe('VISA');
    expect(order.challenge_url).toMatch(/^https:\/\/pluraluat\.v2\.pinepg\.in\//);
  });

  test('generateAnswer: the wait is a number of seconds', () => {
    expect(v.parse(wire.otpPromptSchema, samples.generateAnswer)).toMatchObject({
      next: ['SUBMIT_OTP', 'RESEND_OTP'],
      resendAfterSeconds: 180,
    });
  });
});

describe('guide: every printed request is valid', () => {
  test.each([
    ['createPaymentRequest', wire.createPaymentSchema],
    ['cardDetailsRequest', wire.getCardDetailsSchema],
    ['paymentIdRequest', wire.paymentIdSchema],
    ['captureRequest', wire.captureOrderSchema],
    ['tokenRequest', wire.tokenSchema],
  ] as const)('%s is accepted', (name, schema) => {
    expect(v.is(schema as v.GenericSchema, samples[name])).toBe(true);
  });

  test('createPaymentRequest: the card number is reduced to digits and the year gets four', () => {
    const { payments } = v.parse(wire.createPaymentSchema, samples.createPaymentRequest);
    expect(payments[0]?.payment_option.card_details).toMatchObject({
      card_number: '2870287028702870',
      expiry_year: '2030',
    });
  });

  test('createOrderRequest: a reference that is a number is rejected, a string is accepted', () => {
    expect(v.is(wire.createOrderSchema, samples.createOrderRequest)).toBe(false);
    const { merchant_order_reference, ...rest } = samples.createOrderRequest;
    expect(v.is(wire.createOrderSchema, { ...rest, merchant_order_reference: String(merchant_order_reference) })).toBe(
      true,
    );
  });

  test('submitRequest: an OTP that is a number is rejected, a string is accepted', () => {
    expect(v.is(wire.submitOtpSchema, samples.submitRequest)).toBe(false);
    expect(v.is(wire.submitOtpSchema, { ...samples.submitRequest, otp: '1234' })).toBe(true);
  });
});

test('types: the printed requests compile, except for the listed deviations', () => {
  const capture: CaptureOrderBody = samples.captureRequest;
  const card: GetCardDetailsBody = samples.cardDetailsRequest;
  // An import of JSON has no literal types, so the method is written here as the sample prints it.
  const payment: CreatePaymentBody = {
    payments: samples.createPaymentRequest.payments.map((printed) => ({ ...printed, payment_method: 'CARD' })),
  };
  // @ts-expect-error -- the guide sends merchant_order_reference as a number and reads it back as a string
  const order: CreateOrderBody = samples.createOrderRequest;
  // @ts-expect-error -- the guide sends the OTP as a number, which loses leading zeros
  const otp: Parameters<Plural['submitOtp']>[1] = samples.submitRequest.otp;
  expect([capture, card, payment, order, otp]).not.toContain(undefined);
});

test('types: open sets have their known words and accept new ones', () => {
  expectTypeOf<'PROCESSED'>().toExtend<wire.OrderStatus>();
  expectTypeOf<string>().toExtend<wire.OrderStatus>();
  expectTypeOf<Plural['getOrder']>().returns.resolves.toExtend<{ status: string }>();
});
