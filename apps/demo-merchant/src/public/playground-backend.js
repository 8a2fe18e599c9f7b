// A transport for the playground: returns views as the real backend would, without sending a request.

const correctOtp = '123456';
const nextActions = ['submit', 'resend', 'redirect'];
const hang = () => new Promise(() => {});

/**
 * Creates a transport that continues from `first` as an issuer would. With `neverResponds` no call returns, so that the
 * state stays; with `isImmediate` the first call returns without delay. `missView` is the response to the first wrong code.
 * `delayMs` is the delay of each response, so that the states in between are visible.
 */
export function createScriptedBackend(
  first,
  { neverResponds = false, isImmediate = false, delayMs = 600, missView } = {},
) {
  let view = first;
  let skipDelay = isImmediate;
  let misses = first.attempts?.misses ?? 0;

  const respond = async (changes) => {
    if (neverResponds) return hang();
    if (!skipDelay) await new Promise((resolve) => setTimeout(resolve, delayMs));
    skipDelay = false;
    const { problem: _, resendInSeconds: __, leftForBank: ___, ...unchanged } = view;
    view = { ...unchanged, revision: view.revision + 1, ...changes };
    return { kind: 'view', view };
  };
  const awaitOtp = (changes) => respond({ phase: 'awaitingOtp', next: nextActions, ...changes });

  return {
    generate: () => awaitOtp({ resendInSeconds: 30 }),
    resend: () => awaitOtp({ resendInSeconds: 30 }),
    submit(otp) {
      if (otp === correctOtp) return respond({ phase: 'confirming', next: [], pollAfterSeconds: 1 });
      if (missView && misses < missView.attempts.misses) {
        misses = missView.attempts.misses;
        return awaitOtp(missView);
      }
      misses += 1;
      const attempts = { misses };
      if (misses < 3) return awaitOtp({ attempts, problem: { code: 'OTP_NOT_ACCEPTED' }, resendInSeconds: 0 });
      return respond({ phase: 'exhausted', next: ['payAgain'], attempts, problem: { code: 'ATTEMPTS_USED' } });
    },
    payment: () => respond(view.phase === 'confirming' ? { phase: 'authorized', next: [] } : {}),
    leave: (to) => respond(to === 'cancel' ? { phase: 'cancelled', next: ['payAgain'] } : { leftForBank: true }),
  };
}
