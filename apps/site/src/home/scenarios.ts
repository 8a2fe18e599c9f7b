/** The scenarios of the home page: one test card of the sandbox each. */

/** One way a payment can go. */
export interface HomeScenario {
  readonly id: string;
  /** Name on the chip. */
  readonly label: string;
  /** Test card of the sandbox that behaves so. */
  readonly cardId: string;
  /** Instruction to the visitor. */
  readonly instruction: string;
  /** Description of the effect to watch for. */
  readonly observation: string;
  /** OTP that the button below the phone fills in, in place of the one in the message. */
  readonly wrongOtp?: string;
  /** True when the customer's tab closes in the moment in which the OTP is submitted, and no webhook is sent. */
  readonly closesTab?: boolean;
}

/** All scenarios; the first one runs when the page opens. */
export const homeScenarios: readonly [HomeScenario, ...HomeScenario[]] = [
  {
    id: 'pays',
    label: 'It pays',
    cardId: 'pays',
    instruction: 'Type the OTP from the phone, and pay.',
    observation:
      'An accepted OTP is not a payment yet: the server reads the order, and only that makes the verdict “paid”.',
  },
  {
    id: 'wrong',
    label: 'Wrong OTP',
    cardId: 'pays',
    instruction: 'Submit a wrong OTP, twice if you like, and then the right one.',
    observation:
      'Plural answers 422, the field keeps its place, and after the second miss the bank’s page becomes the safer way.',
    wrongOtp: '999999',
  },
  {
    id: 'lost-sms',
    label: 'OTP never arrives',
    cardId: 'sms-lost',
    instruction: 'Nothing comes. Choose “Use HDFC Bank’s page instead”.',
    observation: 'The bank’s page is always one link away. It sends an OTP of its own, and brings the customer back.',
  },
  {
    id: 'slow',
    label: 'Bank is slow',
    cardId: 'slow',
    instruction: 'Pay as usual. This bank takes six seconds to decide.',
    observation: 'The step says what it waits for and that nobody has to keep the page open. Nothing is sent again.',
  },
  {
    id: 'response-lost',
    label: 'Response is lost',
    cardId: 'response-lost',
    instruction: 'Pay as usual. The bank takes the money, and the connection breaks before Plural’s response.',
    observation:
      'The worst case of all: retry, and the customer may pay twice. The kit reads the order instead. Count the calls to submitOtp.',
  },
  {
    id: 'tab-closed',
    label: 'Tab is closed',
    cardId: 'slow',
    instruction: 'Pay. The tab closes in the same moment, and no webhook will come.',
    observation: 'Nobody polls and nobody tells the shop. The sweep finds the payment all the same.',
    closesTab: true,
  },
];
