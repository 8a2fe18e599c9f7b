/** Lookup of the scenario of a card. */
import { type Behaviour, type Scenario, scenarios } from './scenarios.ts';

const defaultBehaviour: Behaviour = { nativeOtp: true, resendAfterSeconds: 30 };

// Scenario of each card that the table does not list.
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

/** Returns the scenario with an id, or the one of unlisted cards. */
export function findScenario(id: string): Scenario {
  return scenarios.find((scenario) => scenario.id === id) ?? unlistedCard;
}

/** Returns the scenario of a card number, or of a token in place of one. */
export function findScenarioByCardNumber(number: string): Scenario {
  const listed = scenarios.find((scenario) => scenario.number === number);
  if (listed !== undefined) return listed;
  return unlistedCardOf(detectNetwork(number));
}

/** Returns the scenario of a card that is known by its scenario and network, such as a saved one. */
export function scenarioOf(card: { readonly scenarioId: string; readonly network: string }): Scenario {
  return scenarios.find(({ id }) => id === card.scenarioId) ?? unlistedCardOf(card.network);
}

function unlistedCardOf(network: string): Scenario {
  const nativeOtp = network !== 'AMEX' && network !== 'OTHER';
  return { ...unlistedCard, network, behaviour: { ...defaultBehaviour, nativeOtp } };
}

function detectNetwork(number: string): string {
  if (number.startsWith('4')) return 'VISA';
  if (/^3[47]/.test(number)) return 'AMEX';
  if (/^(60|65|81|82|508)/.test(number)) return 'RUPAY';
  if (/^[25]/.test(number)) return 'MASTERCARD';
  return 'OTHER';
}
