import { createOtpFlow, fetchTransport } from '@plural-otp/flow';
import { offline, problemMessages, secondMiss, statusMessages } from './messages.js';

const getElement = (id) => document.getElementById(id);
const { endpoint, session } = getElement('step').dataset;
const flow = createOtpFlow({ transport: fetchTransport({ endpoint, session }) });

function render(state, previous = state) {
  const { status, next, problem, misses, resendAtMs = 0, display } = state;
  const can = (step) => next.includes(step) && state.online;
  const waitSeconds = Math.max(0, Math.ceil((resendAtMs - flow.now()) / 1000));
  const isFinal = ['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'].includes(status);
  const missedTwice = misses >= 2 && problem?.code === 'OTP_NOT_ACCEPTED';

  const message = missedTwice ? secondMiss : (problemMessages[problem?.code] ?? statusMessages[status]);
  const text = state.online ? message : offline;
  if (getElement('message').textContent !== text) getElement('message').textContent = text;
  const { value, currency } = display?.amount ?? {};
  if (currency)
    getElement('amount').textContent = (value / 100).toLocaleString('en-IN', { style: 'currency', currency });

  // Read-only instead of disabled, so that the field keeps the focus.
  getElement('code').readOnly = !can('submit');
  getElement('resend').hidden = !next.includes('resend');
  getElement('resend').setAttribute('aria-disabled', String(!can('resend') || waitSeconds > 0));
  getElement('resend').textContent = waitSeconds > 0 ? `Send another OTP (in ${waitSeconds} s)` : 'Send another OTP';
  getElement('check').hidden = !next.includes('check') || status === 'idle';
  getElement('bank').hidden = !next.includes('redirect');
  if (state.challengeUrl) getElement('bank').href = state.challengeUrl;
  getElement('pay').className = missedTwice ? '' : 'main';
  getElement('bank').className = missedTwice || problem?.code === 'NATIVE_OTP_UNAVAILABLE' ? 'main' : '';

  if (status === previous.status) return;
  if (status === 'awaitingOtp') getElement('code').select();
  if (status === 'confirming') getElement('code').value = '';
  if (isFinal) getElement('message').focus();
  getElement('step').hidden = isFinal;
}

flow.subscribe(render);
getElement('step').addEventListener('submit', (event) => {
  event.preventDefault();
  flow.submit(getElement('code').value.replaceAll(/[\s-]/g, ''));
});
for (const action of ['resend', 'check', 'cancel']) getElement(action).addEventListener('click', () => flow[action]());
getElement('bank').addEventListener('click', () => flow.redirect()); // the browser follows the link
document.addEventListener('visibilitychange', () => flow.notify(document.hidden ? 'hidden' : 'visible'));
addEventListener('online', () => flow.notify('online'));
addEventListener('offline', () => flow.notify('offline'));
addEventListener('pageshow', (event) => event.persisted && flow.notify('restored'));
setInterval(() => render(flow.state), 1000); // updates the resend countdown
render(flow.state);
flow.start();
