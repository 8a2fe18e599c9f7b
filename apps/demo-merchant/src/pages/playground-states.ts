/** Every state of the step as data: the view that a backend would return, and what the customer does next. */

import type { DeclineAdvice, FlowStatus, PaymentDisplay, PaymentView, Phase, ProblemCode } from '@plural-otp/flow';

/** Action on the step after its view is set. */
type SceneAction =
  | 'type'
  | 'submitTooLittle'
  | 'submitNothing'
  | 'pasteWords'
  | 'pasteTwo'
  | 'submit'
  | 'miss'
  | 'missAgain'
  | 'openField'
  | 'resend'
  | 'redirect'
  | 'offline';

/** State of the step. */
export interface Scene {
  readonly id: string;
  readonly name: string;
  /** Status of the step once the scene is shown. */
  readonly status: FlowStatus;
  /** View without `revision` and `reference`, which are new each time the scene is shown. */
  readonly view: Omit<PaymentView, 'revision' | 'reference'>;
  readonly action?: SceneAction;
  /** True if the backend never responds, so that the state stays. */
  readonly neverResponds?: true;
}

/** Scenes under one heading. */
export interface SceneGroup {
  readonly title: string;
  readonly scenes: readonly Scene[];
}

const display: PaymentDisplay = {
  merchantName: 'Nilgiri Leaf',
  amount: { value: 125_000, currency: 'INR' },
  network: 'VISA',
  issuer: 'HDFC Bank',
  lastDigits: '1112',
};
const challengeUrl = 'https://bank.example/confirm';
const nextActions: PaymentView['next'] = ['submit', 'resend', 'redirect'];

type SceneOverrides = Omit<Partial<Scene>, 'view'> & { readonly view?: Partial<PaymentView> };

function scene(
  id: string,
  name: string,
  phase: Phase,
  next: PaymentView['next'],
  overrides: SceneOverrides = {},
): Scene {
  const status = phase === 'ready' ? 'idle' : phase;
  return { id, name, status, ...overrides, view: { phase, next, challengeUrl, display, ...overrides.view } };
}

const awaiting = (id: string, name: string, view: Partial<PaymentView> = {}, overrides: SceneOverrides = {}): Scene =>
  scene(id, name, 'awaitingOtp', nextActions, { ...overrides, view: { resendInSeconds: 24, ...view } });

const withMisses = (
  id: string,
  name: string,
  misses: number,
  leftAtBank?: number,
  action: SceneAction = 'miss',
): Scene =>
  awaiting(
    id,
    name,
    {
      resendInSeconds: 0,
      problem: { code: 'OTP_NOT_ACCEPTED' },
      attempts: { misses, ...(leftAtBank !== undefined && { leftAtBank }) },
    },
    // The wrong OTP is still in the field, as it is for a customer.
    { action },
  );

/** Returns a scene that waits for an OTP and shows a problem. */
const withProblem = (code: ProblemCode, view: Partial<PaymentView> = {}): Scene =>
  awaiting(code, code, { problem: { code }, resendInSeconds: 0, ...view });

const declined = (id: string, name: string, advice?: DeclineAdvice): Scene =>
  scene(id, name, 'failed', ['payAgain'], {
    view: { problem: { code: 'PAYMENT_FAILED', ...(advice && { advice }) } },
  });

const exhausted = (id: string, name: string): Scene =>
  scene(id, name, 'exhausted', ['payAgain'], { view: { problem: { code: 'ATTEMPTS_USED' } } });

const unresolved = (id: string, name: string): Scene =>
  scene(id, name, 'unresolved', ['check', 'submit', 'redirect'], { view: { problem: { code: 'OUTCOME_UNKNOWN' } } });

/** All scenes, in the order in which a customer may see them. */
export const sceneGroups: readonly SceneGroup[] = [
  {
    title: 'Successful payment',
    scenes: [
      scene('idle', 'Before the start', 'ready', []),
      scene('generating', 'Requesting the OTP', 'generating', ['redirect']),
      awaiting('awaitingOtp', 'Waiting for the OTP'),
      awaiting('typed', 'OTP entered', {}, { action: 'type' }),
      awaiting('submitting', 'Checking the OTP', {}, { action: 'submit', status: 'submitting', neverResponds: true }),
      scene('confirming', 'Confirming', 'confirming', []),
      scene('authorized', 'Paid', 'authorized', []),
    ],
  },
  {
    title: 'New OTP',
    scenes: [
      awaiting('resendOpen', 'Available', { resendInSeconds: 0 }),
      scene('resending', 'Requesting', 'resending', [], { view: { resendInSeconds: 0 } }),
      awaiting('resent', 'On its way', { resendInSeconds: 0 }, { action: 'resend' }),
      awaiting('newerCode', 'Back from the bank', { leftForBank: true }),
    ],
  },
  {
    title: 'Wrong OTP',
    scenes: [
      withMisses('missedOnce', 'First wrong OTP', 1),
      withMisses('missedTwice', 'Second wrong OTP', 2),
      withMisses('triesLeft', 'One try left', 2, 1),
      withMisses('sameCode', 'Same OTP again', 1, undefined, 'missAgain'),
      awaiting('tooShort', 'Too short', {}, { action: 'submitTooLittle' }),
      awaiting('empty', 'Nothing typed', {}, { action: 'submitNothing' }),
      awaiting('noCode', 'Pasted text without an OTP', {}, { action: 'pasteWords' }),
      awaiting('severalCodes', 'Pasted text with two numbers', {}, { action: 'pasteTwo' }),
    ],
  },
  {
    title: 'Waiting',
    scenes: [
      awaiting(
        'redirecting',
        'Going to the bank',
        {},
        { action: 'redirect', status: 'redirecting', neverResponds: true },
      ),
      unresolved('unresolved', 'No result yet'),
      scene('newerOtp', 'No result yet, newer OTP', 'unresolved', ['check', ...nextActions], {
        view: { problem: { code: 'OUTCOME_UNKNOWN' } },
        action: 'openField',
      }),
      awaiting('offline', 'Offline', {}, { action: 'offline' }),
    ],
  },
  {
    title: 'Other results',
    scenes: [
      declined('failed', 'Declined'),
      exhausted('exhausted', 'Out of tries'),
      scene('exhaustedAtBank', 'Out of tries, bank’s page open', 'exhausted', ['redirect', 'check'], {
        view: { problem: { code: 'ATTEMPTS_USED' } },
      }),
      scene('superseded', 'Paid already', 'superseded', []),
      scene('cancelled', 'Cancelled', 'cancelled', ['payAgain']),
    ],
  },
  {
    title: 'Payment details',
    scenes: [
      awaiting('fee', 'With a fee', {
        display: { ...display, amount: { value: 127_500, currency: 'INR' }, fee: { value: 2500, currency: 'INR' } },
      }),
      awaiting('toReserve', 'To be reserved', { display: { ...display, preAuth: true } }),
      scene('reserved', 'Reserved', 'authorized', [], { view: { display: { ...display, preAuth: true } } }),
      awaiting('destination', 'Masked number', { display: { ...display, destination: '•••••• 4217' } }),
      awaiting('longName', 'Long name', {
        display: {
          ...display,
          merchantName: 'Thiruvananthapuram Handloom Weavers’ Industrial Co-operative Society Limited',
          amount: { value: 1_234_567_890, currency: 'INR' },
          issuer: 'The Jammu and Kashmir Bank Limited',
          network: 'AMERICAN EXPRESS',
        },
      }),
      awaiting('nameless', 'No details', { display: {} }),
    ],
  },
  {
    title: 'Problems',
    scenes: [
      withProblem('OTP_NOT_ACCEPTED', { attempts: { misses: 1 } }),
      withProblem('OTP_MAYBE_NOT_SENT'),
      withProblem('RESEND_TOO_EARLY', { resendInSeconds: 18 }),
      withProblem('RESEND_LIMIT', { next: ['submit', 'redirect'] }),
      exhausted('ATTEMPTS_USED', 'ATTEMPTS_USED'),
      withProblem('NATIVE_OTP_UNAVAILABLE', { next: ['redirect'] }),
      withProblem('SESSION_EXPIRED', { next: ['check'] }),
      withProblem('SESSION_READ_ONLY', { next: ['check'] }),
      withProblem('BUSY'),
      unresolved('OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN'),
      declined('PAYMENT_FAILED', 'PAYMENT_FAILED'),
      scene('BACKEND_UNREACHABLE', 'BACKEND_UNREACHABLE', 'ready', [], {
        view: { problem: { code: 'BACKEND_UNREACHABLE' } },
      }),
      withProblem('INTERNAL'),
    ],
  },
  {
    title: 'Advice after a decline',
    scenes: [
      declined('useAnotherCard', 'Another card', 'useAnotherCard'),
      declined('contactIssuer', 'Call the bank', 'contactIssuer'),
      declined('checkFunds', 'Check the balance', 'checkFunds'),
      declined('checkDetails', 'Check the details', 'checkDetails'),
      declined('payAgain', 'Pay again', 'payAgain'),
      declined('tryLater', 'Try later', 'tryLater'),
      scene('orderCancelled', 'Order cancelled', 'failed', [], {
        view: { problem: { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } },
      }),
    ],
  },
];
