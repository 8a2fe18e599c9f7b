import { type Behaviour, type Scenario, scenarios } from './scenarios.ts';

const plain: Behaviour = { nativeOtp: true, resendAfterSeconds: 30 };

/** Plays a card that the table does not list: an ordinary one that pays. */
const otherCard: Scenario = {
  id: 'other',
  group: 'Everyday',
  title: 'Any other card',
  description: 'Pays; native OTP on Visa, Mastercard and RuPay.',
  number: '',
  network: 'VISA',
  issuer: 'SANDBOX BANK',
  type: 'CREDIT',
  behaviour: plain,
};

export function scenarioById(id: string): Scenario {
  return scenarios.find((scenario) => scenario.id === id) ?? otherCard;
}

/** The scenario of a card number or of a token that stands for one. */
export function scenarioByNumber(number: string): Scenario {
  const listed = scenarios.find((scenario) => scenario.number === number);
  if (listed !== undefined) return listed;
  const network = networkOf(number);
  const nativeOtp = network !== 'AMEX' && network !== 'OTHER';
  return { ...otherCard, network, behaviour: { ...plain, nativeOtp } };
}

function networkOf(number: string): string {
  if (number.startsWith('4')) return 'VISA';
  if (/^3[47]/.test(number)) return 'AMEX';
  if (/^(60|65|81|82|508)/.test(number)) return 'RUPAY';
  if (/^[25]/.test(number)) return 'MASTERCARD';
  return 'OTHER';
}
