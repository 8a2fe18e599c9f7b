import { createOtpFlow, fetchTransport } from '@plural-otp/flow';
import { offline, problemWords, secondMiss, statusWords } from './words.js';

const part = (id) => document.getElementById(id);
const { endpoint, session } = part('step').dataset;
const flow = createOtpFlow({ transport: fetchTransport({ endpoint, session }) });

function draw(state, previous = state) {
  const { status, next, problem, misses, resendAtMs = 0, display } = state;
  const may = (step) => next.includes(step) && state.online;
  const waitSeconds = Math.max(0, Math.ceil((resendAtMs - flow.now()) / 1000));
  const isOver = ['authorized', 'failed', 'exhausted', 'superseded', 'cancelled'].includes(status);
  const missedTwice = misses >= 2 && problem?.code === 'OTP_NOT_ACCEPTED';

  const said = missedTwice ? secondMiss : (problemWords[problem?.code] ?? statusWords[status]);
  const text = state.online ? said : offline;
  if (part('message').textContent !== text) part('message').textContent = text;
  const { value, currency } = display?.amount ?? {};
  if (currency) part('amount').textContent = (value / 100).toLocaleString('en-IN', { style: 'currency', currency });

  // Read-only and not disabled: whoever types keeps the focus.
  part('code').readOnly = !may('submit');
  part('resend').hidden = !next.includes('resend');
  part('resend').setAttribute('aria-disabled', String(!may('resend') || waitSeconds > 0));
  part('resend').textContent = waitSeconds > 0 ? `Send another code (in ${waitSeconds} s)` : 'Send another code';
  part('check').hidden = !next.includes('check') || status === 'idle';
  part('bank').hidden = !next.includes('redirect');
  if (state.challengeUrl) part('bank').href = state.challengeUrl;
  part('pay').className = missedTwice ? '' : 'main';
  part('bank').className = missedTwice || problem?.code === 'NATIVE_OTP_UNAVAILABLE' ? 'main' : '';

  if (status === previous.status) return;
  if (status === 'awaitingOtp') part('code').select();
  if (status === 'confirming') part('code').value = '';
  if (isOver) part('message').focus();
  part('step').hidden = isOver;
}

flow.subscribe(draw);
part('step').addEventListener('submit', (event) => {
  event.preventDefault();
  flow.submit(part('code').value.replaceAll(/[\s-]/g, ''));
});
for (const deed of ['resend', 'check', 'cancel']) part(deed).addEventListener('click', () => flow[deed]());
part('bank').addEventListener('click', () => flow.redirect()); // the link itself leads there
document.addEventListener('visibilitychange', () => flow.notify(document.hidden ? 'hidden' : 'visible'));
addEventListener('online', () => flow.notify('online'));
addEventListener('offline', () => flow.notify('offline'));
addEventListener('pageshow', (event) => event.persisted && flow.notify('restored'));
setInterval(() => draw(flow.state), 1000); // for the seconds until another code
draw(flow.state);
flow.start();
