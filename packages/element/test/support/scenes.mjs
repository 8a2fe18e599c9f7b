// Every state of the step as data: the views a backend would send, and what the customer did. Runs in a page.

const display = {
  merchantName: 'Nilgiri Leaf',
  amount: { value: 125000, currency: 'INR' },
  network: 'VISA',
  issuer: 'HDFC',
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
const asked = ['submit', 'resend', 'redirect'];
const awaiting = (rest) => view('awaitingOtp', asked, { resendInSeconds: 24, ...rest });
const missed = (misses, rest) =>
  awaiting({ attempts: { misses }, problem: { code: 'OTP_NOT_ACCEPTED' }, resendInSeconds: 0, ...rest });

/** Name, answers in order (the last one repeats; `wait` never answers), and actions once the field is there. */
export const scenes = [
  // First, since every step on the page hears of it.
  ['offline', [awaiting()], { offline: true }],
  ['generating', [view('ready', []), 'wait']],
  ['awaiting', [view('ready', ['redirect']), awaiting()]],
  [
    'awaiting, six cells',
    [awaiting({ display: { ...display, fee: { value: 2500, currency: 'INR' }, destination: '•••••• 4217' } })],
    { otpLength: 6, code: '4829' },
  ],
  ['typed', [awaiting({ resendInSeconds: 0 })], { code: '482913' }],
  ['too short', [awaiting()], { code: '48', submit: true }],
  ['submitting', [awaiting(), 'wait'], { code: '482913', submit: true }],
  ['first miss', [missed(1)], { code: '482913' }],
  ['second miss, six cells', [missed(2)], { otpLength: 6, code: '482914' }],
  ['resending', [awaiting({ resendInSeconds: 0 }), 'wait'], { resend: true }],
  ['resent', [awaiting({ resendInSeconds: 0 }), awaiting({ revision: 2 })], { resend: true }],
  ['no more codes', [awaiting({ next: ['submit', 'redirect'], problem: { code: 'RESEND_LIMIT' } })]],
  ['confirming', [view('confirming', [])]],
  ['unresolved', [view('unresolved', ['check', 'submit', 'redirect'])]],
  ['redirecting', [awaiting(), 'wait'], { redirect: true }],
  ['no native OTP', [view('awaitingOtp', ['redirect'], { problem: { code: 'NATIVE_OTP_UNAVAILABLE' } })]],
  ['authorized', [view('authorized', [])]],
  [
    'failed',
    [view('failed', ['payAgain'], { problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' } })],
    { payAgain: true },
  ],
  ['exhausted', [view('exhausted', ['payAgain'], { problem: { code: 'ATTEMPTS_USED' } })], { payAgain: true }],
  ['superseded', [view('superseded', [])]],
  ['cancelled', [view('cancelled', ['payAgain'])], { payAgain: true }],
  ['expired', [awaiting({ next: ['check'], problem: { code: 'SESSION_EXPIRED' } })]],
  ['unreachable', ['unreachable']],
  ['manual', [view('ready', [])], { manual: true, first: view('ready', []) }],
];

/** A transport that gives `answers` in order. */
export function createSceneTransport(answers) {
  let at = 0;
  const answer = () => {
    const next = answers[Math.min(at++, answers.length - 1)];
    if (next === 'wait') return new Promise(() => {});
    return Promise.resolve(next === 'unreachable' ? { kind: next } : { kind: 'view', view: next });
  };
  return { generate: answer, submit: answer, resend: answer, payment: answer, leave: answer };
}
