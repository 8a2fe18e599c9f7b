import { type Behaviour, type Scenario, scenarios } from './scenarios.ts';

const defaultBehaviour: Behaviour = { nativeOtp: true, resendAfterSeconds: 30 };

/** Plays a card that the table does not list: an ordinary one that pays. */
const unlistedCard: Scenario = {
  id: 'other',
  group: 'Everyday',
  title: 'Any other card',
  description: 'Pays; native OTP on Visa, Mastercard and RuPay.',
  number: '',
  network: 'VISA',
  issuer: 'SANDBOX BANK',
  type: 'CREDIT',
  behaviour: defaultBehaviour,
};

export function scenarioById(id: string): Scenario {
  return scenarios.find((scenario) => scenario.id === id) ?? unlistedCard;
}

/** The scenario of a card number or of a token that stands for one. */
export function scenarioByNumber(number: string): Scenario {
  const listed = scenarios.find((scenario) => scenario.number === number);
  if (listed !== undefined) return listed;
  const network = networkOf(number);
  const nativeOtp = network !== 'AMEX' && network !== 'OTHER';
  return { ...unlistedCard, network, behaviour: { ...defaultBehaviour, nativeOtp } };
}

function networkOf(number: string): string {
  if (number.startsWith('4')) return 'VISA';
  if (/^3[47]/.test(number)) return 'AMEX';
  if (/^(60|65|81|82|508)/.test(number)) return 'RUPAY';
  if (/^[25]/.test(number)) return 'MASTERCARD';
  return 'OTHER';
}
