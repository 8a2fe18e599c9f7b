import { describe, expect, test } from 'vitest';
import { phases, problemCodes, type DeclineAdvice, type NextStep, type Phase } from '../../src/contract.ts';
import {
  english,
  getHint,
  getMessageValues,
  getOutcomeText,
  getOutcomeTitle,
  getProblemText,
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

test('money that was taken is a success, a decline a danger, what is unclear a warning', () => {
  expect(outcomeTones).toEqual({
    authorized: 'success',
    failed: 'danger',
    exhausted: 'danger',
    superseded: 'warning',
    cancelled: 'neutral',
    unresolved: 'warning',
  });
});

test('every other end stays one, whatever the customer may do next', () => {
  for (const status of ['authorized', 'failed', 'superseded', 'cancelled'] as const) {
    expect([status, isFinal({ status, next: ['redirect', 'check'] })]).toEqual([status, true]);
  }
});

test('attempts used up here are no end while the bank’s page can still take a code', () => {
  const isEnd = (...next: NextStep[]): boolean => isFinal({ status: 'exhausted', next });
  expect(isEnd('payAgain')).toBe(true);
  expect(isEnd('redirect', 'check')).toBe(false);
  expect(isEnd('check')).toBe(false);
  expect(getOutcomeText('exhaustedAtBank', state({ status: 'exhausted', next: ['redirect'] }), english)).toBe(
    'The OTP was wrong too many times here. You can still confirm on your bank’s page.',
  );
});

describe('the text of an outcome', () => {
  test.each<[DeclineAdvice, open: string, closed: string]>([
    ['useAnotherCard', 'Pay with another card.', 'Pay with another card.'],
    ['contactIssuer', 'Contact your bank, or pay with another card.', 'Contact your bank, or pay with another card.'],
    ['checkFunds', english.checkFunds, english.checkFunds],
    ['checkDetails', 'Check the card details, then pay again.', ''],
    ['payAgain', 'You can pay again.', ''],
  ])('%s: advice to repeat is given only where the order takes another payment', (advice, open, closed) => {
    const text = (...next: NextStep[]): string =>
      getOutcomeText('failed', state({ next, problem: { code: 'PAYMENT_FAILED', advice } }), english);
    expect(text('payAgain')).toBe(`${english.failedText} ${open}`);
    expect(text()).toBe(`${english.failedText} ${closed}`.trim());
  });

  test('what the payment service did not process is no decline', () => {
    const problem = { code: 'PAYMENT_FAILED', advice: 'tryLater' } as const;
    const text = (...next: NextStep[]): string => getOutcomeText('failed', state({ next, problem }), english);
    expect(text('payAgain')).toBe('The payment could not be processed. Try again later.');
    expect(text()).toBe('The payment could not be processed.');
  });

  test('an order that was cancelled is named instead of the bank', () => {
    const problem = { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } as const;
    expect(getOutcomeText('failed', state({ problem }), english)).toBe(
      `${english.orderCancelled} ${english.cancelledText}`,
    );
  });
});

test('the second rejection warns of the block; attempts are counted only when the bank said so', () => {
  const text = (rest: Partial<StepState>): string => getRejectionText(state(rest), english);
  expect(text({ misses: 1 })).toBe(english.OTP_NOT_ACCEPTED);
  expect(text({ misses: 2 })).toBe(english.lastMiss);
  expect(text({ misses: 1, leftAtBank: 1 })).toBe(`${english.OTP_NOT_ACCEPTED} You have 1 attempt left.`);
  expect(text({ misses: 1, leftAtBank: 2 })).toBe(`${english.OTP_NOT_ACCEPTED} You have 2 attempts left.`);
});

test('a problem says what to do, and names the bank’s page only where it takes the OTP', () => {
  const namesPage = problemCodes.filter((code) => /page/.test(getProblemText({ code }, english)));
  expect(namesPage).toEqual(['NATIVE_OTP_UNAVAILABLE']);
  expect(getProblemText({ code: 'RESEND_LIMIT' }, english)).toBe(english.RESEND_LIMIT);
  expect(getProblemText(undefined, english)).toBe('');
  expect(getProblemText({ code: 'PAYMENT_FAILED' }, english)).toBe('');
});

test('a reserved amount is not called paid', () => {
  const reserved = state({ display: { preAuth: true } });
  expect([getOutcomeTitle('authorized', reserved, english), getOutcomeText('authorized', reserved, english)]).toEqual([
    english.reserved,
    english.reservedText,
  ]);
  expect(getOutcomeTitle('authorized', state({}), english)).toBe(english.authorized);
  expect(getOutcomeText('authorized', state({}), english)).toBe(english.authorizedText);
});

test('a reservation that ends otherwise is called what it is', () => {
  const reserved = state({ display: { preAuth: true } });
  expect([getOutcomeTitle('failed', reserved, english), getOutcomeText('failed', reserved, english)]).toEqual([
    english.failed,
    english.failedText,
  ]);
});

test('the bank is named where it is known', () => {
  const confirming = (issuer?: string): string =>
    getOutcomeTitle('confirming', state(issuer === undefined ? {} : { display: { issuer } }), english);
  expect(confirming('HDFC Bank')).toBe('\u2068HDFC Bank\u2069 is confirming the payment');
  expect(confirming()).toBe(english.stepConfirmingPlain);
});

test('the hint says where the OTP was sent, or by which ways it comes', () => {
  expect(getHint({ destination: '••4217', statement: '' }, english)).toBe(`${english.sentTo} ${english.hintAmount}`);
  expect(getHint({ destination: '', statement: '' }, english)).toBe(`${english.hint} ${english.hintAmount}`);
});

test('the hint names the merchant as the bank’s message does, where the merchant knows it', () => {
  const named = { destination: '', statement: 'NILGIRI LEAF' };
  expect(getHint(named, english)).toBe(`${english.hint} ${english.hintStatement}`);
});

test('placeholders are filled from the payment, or by general words', () => {
  expect(getMessageValues(state({}), english)).toEqual({
    merchant: 'the merchant',
    statement: '',
    amount: 'the amount',
    bank: '',
    destination: '',
  });
  const display = {
    merchantName: 'Nilgiri Leaf',
    amount: { value: 125_000, currency: 'INR' },
    destination: '••4217',
    statementName: 'NILGIRI LEAF',
    issuer: 'HDFC',
  };
  expect(getMessageValues(state({ display }), english)).toEqual({
    merchant: 'Nilgiri Leaf',
    statement: 'NILGIRI LEAF',
    amount: '₹1,250.00',
    bank: 'HDFC',
    destination: '••4217',
  });
});
