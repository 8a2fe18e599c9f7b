// Every state of the step as data: the views that a backend returns, and the actions of the customer. Runs in a page.

const display = {
  merchantName: 'Nilgiri Leaf',
  amount: { value: 125000, currency: 'INR' },
  network: 'VISA',
  issuer: 'HDFC Bank',
  lastDigits: '1112',
};
const view = (phase, next, rest = {}) => ({
  phase,
  next,
  revision: 1,
  reference: 'NL7K-42QX',
  challengeUrl: 'https://acs.example/challenge',
  display,
  ...rest,
});
const otpSteps = ['submit', 'resend', 'redirect'];
const awaiting = (rest) => view('awaitingOtp', otpSteps, { resendInSeconds: 24, ...rest });
const missed = (misses, rest) =>
  awaiting({ attempts: { misses }, problem: { code: 'OTP_NOT_ACCEPTED' }, resendInSeconds: 0, ...rest });

/** Name, responses in order (the last one repeats; `wait` never responds), and actions once the field is rendered. */
export const scenes = [
  // First, because every step on the page receives the event.
  ['offline', [awaiting()], { offline: true }],
  ['generating', [view('ready', []), 'wait']],
  ['awaiting', [view('ready', ['redirect']), awaiting({ revision: 2 })]],
  [
    'awaiting, six cells',
    [awaiting({ display: { ...display, fee: { value: 2500, currency: 'INR' }, destination: '•••••• 4217' } })],
    { otpLength: 6, code: '4829' },
  ],
  ['typed', [awaiting({ resendInSeconds: 0 })], { code: '482913' }],
  ['too short', [awaiting()], { code: '48', submit: true }],
  ['submitting', [awaiting(), 'wait'], { code: '482913', submit: true }],
  ['first miss', [missed(1)], { code: '482913' }],
  ['first miss, six cells', [missed(1)], { otpLength: 6, code: '482913' }],
  ['second miss', [missed(2)], { code: '482914' }],
  ['second miss, six cells', [missed(2)], { otpLength: 6, code: '482914' }],
  ['resending', [awaiting({ resendInSeconds: 0 }), 'wait'], { resend: true }],
  ['resent', [awaiting({ resendInSeconds: 0 }), awaiting({ revision: 2 })], { resend: true }],
  ['no more codes', [awaiting({ next: ['submit', 'redirect'], problem: { code: 'RESEND_LIMIT' } })]],
  ['confirming', [view('confirming', [])]],
  ['unresolved', [view('unresolved', ['check', 'submit', 'redirect'])]],
  ['unresolved, newer OTP', [view('unresolved', ['check', 'submit', 'resend', 'redirect'])], { newer: true }],
  ['redirecting', [awaiting(), 'wait'], { redirect: true }],
  ['no native OTP', [view('awaitingOtp', ['redirect'], { problem: { code: 'NATIVE_OTP_UNAVAILABLE' } })]],
  ['authorized', [view('authorized', [])]],
  [
    'to be reserved',
    [
      awaiting({
        display: { ...display, preAuth: true, destination: '•••••• 4217', statementName: 'NILGIRI LEAF' },
      }),
    ],
  ],
  ['reserved', [view('authorized', [], { display: { ...display, preAuth: true } })]],
  [
    'failed',
    [view('failed', ['payAgain'], { problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' } })],
    { payAgain: true },
  ],
  ['exhausted', [view('exhausted', ['payAgain'], { problem: { code: 'ATTEMPTS_USED' } })], { payAgain: true }],
  ['exhausted, bank’s page open', [view('exhausted', ['redirect', 'check'], { problem: { code: 'ATTEMPTS_USED' } })]],
  ['superseded', [view('superseded', [])]],
  ['cancelled', [view('cancelled', ['payAgain'])], { payAgain: true }],
  ['expired', [awaiting({ next: ['check'], problem: { code: 'SESSION_EXPIRED' } })]],
  ['read only', [awaiting({ next: ['check'], problem: { code: 'SESSION_READ_ONLY' } })]],
  ['unreachable', ['unreachable']],
  ['manual', [view('ready', [])], { manual: true, first: view('ready', []) }],
];

/** Creates a transport that returns `responses` in order. */
export function createSceneTransport(responses) {
  let at = 0;
  const respond = () => {
    const next = responses[Math.min(at++, responses.length - 1)];
    if (next === 'wait') return new Promise(() => {});
    return Promise.resolve(next === 'unreachable' ? { kind: next } : { kind: 'view', view: next });
  };
  return { generate: respond, submit: respond, resend: respond, payment: respond, leave: respond };
}
