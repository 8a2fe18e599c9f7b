import type { DeclineAdvice, FlowStatus, PaymentDisplay, PaymentView, Phase, ProblemCode } from '@plural-otp/flow';

/** What is done to the step after it was given its view. */
type SceneAction = 'type' | 'typeTooLittle' | 'submit' | 'resend' | 'redirect' | 'offline';

/** One state of the step: what a backend would have answered, and what the customer did then. */
export interface Scene {
  readonly id: string;
  readonly name: string;
  /** Where the step then stands. */
  readonly status: FlowStatus;
  /** Without `revision` and `reference`, which are new each time it is shown. */
  readonly view: Omit<PaymentView, 'revision' | 'reference'>;
  readonly action?: SceneAction;
  /** The backend never answers, so that the state stays. */
  readonly neverResponds?: true;
}

export interface SceneGroup {
  readonly title: string;
  readonly scenes: readonly Scene[];
}

const display: PaymentDisplay = {
  merchantName: 'Nilgiri Leaf',
  amount: { value: 125_000, currency: 'INR' },
  network: 'VISA',
  issuer: 'HDFC',
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

const withMisses = (id: string, name: string, misses: number, leftAtBank?: number): Scene =>
  awaiting(id, name, {
    resendInSeconds: 0,
    problem: { code: 'OTP_NOT_ACCEPTED' },
    attempts: { misses, ...(leftAtBank !== undefined && { leftAtBank }) },
  });

/** A problem while the code is asked for. */
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

/** Every state of the step, in the order in which a customer may meet them. */
export const sceneGroups: readonly SceneGroup[] = [
  {
    title: 'The way through',
    scenes: [
      scene('idle', 'Before it begins', 'ready', []),
      scene('generating', 'Asking for a code', 'generating', ['redirect']),
      awaiting('awaitingOtp', 'Waiting for the code'),
      awaiting('typed', 'Code typed', {}, { action: 'type' }),
      awaiting('submitting', 'Checking the code', {}, { action: 'submit', status: 'submitting', neverResponds: true }),
      scene('confirming', 'Confirming', 'confirming', []),
      scene('authorized', 'Paid', 'authorized', []),
    ],
  },
  {
    title: 'Another code',
    scenes: [
      awaiting('resendOpen', 'May be asked for', { resendInSeconds: 0 }),
      scene('resending', 'Asking for it', 'resending', [], { view: { resendInSeconds: 0 } }),
      awaiting('resent', 'On its way', { resendInSeconds: 0 }, { action: 'resend' }),
      awaiting('newerCode', 'Back from the bank', { leftForBank: true }),
    ],
  },
  {
    title: 'Not accepted',
    scenes: [
      withMisses('missedOnce', 'First miss', 1),
      withMisses('missedTwice', 'Second miss', 2),
      withMisses('triesLeft', 'One try left', 2, 1),
      awaiting('tooShort', 'Too short', {}, { action: 'typeTooLittle' }),
    ],
  },
  {
    title: 'In doubt',
    scenes: [
      awaiting(
        'redirecting',
        'Off to the bank',
        {},
        { action: 'redirect', status: 'redirecting', neverResponds: true },
      ),
      unresolved('unresolved', 'No answer yet'),
      awaiting('offline', 'Offline', {}, { action: 'offline' }),
    ],
  },
  {
    title: 'Other ends',
    scenes: [
      declined('failed', 'Declined'),
      exhausted('exhausted', 'Out of tries'),
      scene('superseded', 'Paid already', 'superseded', []),
      scene('cancelled', 'Given up', 'cancelled', ['payAgain']),
    ],
  },
  {
    title: 'What it is about',
    scenes: [
      awaiting('fee', 'With a fee', {
        display: { ...display, amount: { value: 127_500, currency: 'INR' }, fee: { value: 2500, currency: 'INR' } },
      }),
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
      awaiting('nameless', 'Nothing known', { display: {} }),
    ],
  },
  {
    title: 'Each problem',
    scenes: [
      withProblem('OTP_NOT_ACCEPTED', { attempts: { misses: 1 } }),
      withProblem('OTP_MAYBE_NOT_SENT'),
      withProblem('RESEND_TOO_EARLY', { resendInSeconds: 18 }),
      withProblem('RESEND_LIMIT', { next: ['submit', 'redirect'] }),
      exhausted('ATTEMPTS_USED', 'ATTEMPTS_USED'),
      withProblem('NATIVE_OTP_UNAVAILABLE', { next: ['redirect'] }),
      withProblem('SESSION_EXPIRED', { next: ['check'] }),
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
