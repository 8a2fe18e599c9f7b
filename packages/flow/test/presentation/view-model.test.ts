import { describe, expect, test } from 'vitest';
import { phases, type DeclineAdvice, type NextStep, type Phase } from '../../src/contract.ts';
import {
  english,
  getMessageValues,
  getOutcomeText,
  getRejectionText,
  isFinal,
  outcomeTones,
  type StepState,
} from '../../src/presentation/index.ts';

const state = (rest: Partial<StepState>): StepState => ({ status: 'failed', next: [], misses: 0, ...rest });

test('the ends have a tone, and nothing leaves them; unresolved has a tone and is no end', () => {
  const isEnd = (status: Phase): boolean => isFinal({ status, next: [] });
  expect(phases.filter(isEnd)).toEqual(['authorized', 'failed', 'exhausted', 'superseded', 'cancelled']);
  expect(phases.filter((phase) => phase in outcomeTones && !isEnd(phase))).toEqual(['unresolved']);
});

test('attempts used up here are no end while the bank’s page can still take a code', () => {
  const isEnd = (...next: NextStep[]): boolean => isFinal({ status: 'exhausted', next });
  expect(isEnd('payAgain')).toBe(true);
  expect(isEnd('redirect', 'check')).toBe(false);
  expect(isEnd('check')).toBe(false);
  expect(getOutcomeText('exhaustedAtBank', state({ status: 'exhausted', next: ['redirect'] }), english)).toBe(
    'Too many wrong codes here. You can still confirm on your bank’s page.',
  );
});

describe('the text of an outcome', () => {
  test.each<[DeclineAdvice, open: string, closed: string]>([
    ['useAnotherCard', 'Pay with another card.', 'Pay with another card.'],
    ['contactIssuer', 'Call your bank, or pay with another card.', 'Call your bank, or pay with another card.'],
    ['checkFunds', english.checkFunds, english.checkFunds],
    ['checkDetails', 'Check the card’s details, then pay again.', ''],
    ['payAgain', 'You can pay again.', ''],
    ['tryLater', 'Try again later.', ''],
  ])('%s: advice to repeat is given only where the order takes another payment', (advice, open, closed) => {
    const text = (...next: NextStep[]): string =>
      getOutcomeText('failed', state({ next, problem: { code: 'PAYMENT_FAILED', advice } }), english);
    expect(text('payAgain')).toBe(`${english.failedText} ${open}`);
    expect(text()).toBe(`${english.failedText} ${closed}`.trim());
  });

  test('an order that was cancelled is named instead of the bank', () => {
    const problem = { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } as const;
    expect(getOutcomeText('failed', state({ problem }), english)).toBe(
      `${english.orderCancelled} ${english.cancelledText}`,
    );
  });
});

test('the second rejection warns of the block; attempts are counted only when the bank said so', () => {
  const text = (rest: Partial<StepState>, messages = english): string => getRejectionText(state(rest), messages);
  expect(text({ misses: 1 })).toBe(english.OTP_NOT_ACCEPTED);
  expect(text({ misses: 2 })).toBe(english.lastMiss);
  expect(text({ misses: 1, leftAtBank: 1 })).toBe(`${english.OTP_NOT_ACCEPTED} ${english.triesLeft_one}`);
  expect(text({ misses: 1, leftAtBank: 2 })).toBe(`${english.OTP_NOT_ACCEPTED} ${english.triesLeft_other}`);
  const arabic = { ...english, language: 'ar', triesLeft_two: 'two' };
  expect(text({ misses: 1, leftAtBank: 2 }, arabic)).toMatch(/ two$/);
  expect(text({ misses: 1, leftAtBank: 3 }, arabic)).toContain(english.triesLeft_other);
});

test('placeholders are filled from the payment, or by general words', () => {
  expect(getMessageValues(state({}), english)).toEqual({
    merchant: 'the shop',
    amount: 'the amount',
    count: '',
    destination: '',
  });
  const display = { merchantName: 'Nilgiri Leaf', amount: { value: 125_000, currency: 'INR' }, destination: '••4217' };
  expect(getMessageValues(state({ display, leftAtBank: 0 }), english)).toEqual({
    merchant: 'Nilgiri Leaf',
    amount: '₹1,250.00',
    count: 0,
    destination: '••4217',
  });
});
