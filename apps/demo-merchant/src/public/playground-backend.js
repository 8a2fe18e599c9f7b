// The backend of the playground: answers from this page alone, in the shape of the real one's.

const rightCode = '123456';
/** How long an answer takes, so that the states between are seen. */
const pauseMs = 600;

const asked = ['submit', 'resend', 'redirect'];
const never = () => new Promise(() => {});

/** A transport that goes on from `first` as a bank would, or never answers when the scene holds. */
export function scriptedBackend(first, { holds = false, prompt = false } = {}) {
  let view = first;
  let quick = prompt;
  let misses = first.attempts?.misses ?? 0;

  const answer = async (changes) => {
    if (holds) return never();
    if (!quick) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    quick = false;
    const { problem: _, resendInSeconds: __, leftForBank: ___, ...kept } = view;
    view = { ...kept, revision: view.revision + 1, ...changes };
    return { kind: 'view', view };
  };
  const awaiting = (changes) => answer({ phase: 'awaitingOtp', next: asked, ...changes });

  return {
    generate: () => awaiting({ resendInSeconds: 30 }),
    resend: () => awaiting({ resendInSeconds: 30 }),
    submit(otp) {
      if (otp === rightCode) return answer({ phase: 'confirming', next: [], pollAfterSeconds: 1 });
      misses += 1;
      const attempts = { misses };
      if (misses < 3) return awaiting({ attempts, problem: { code: 'OTP_NOT_ACCEPTED' }, resendInSeconds: 0 });
      return answer({ phase: 'exhausted', next: ['payAgain'], attempts, problem: { code: 'ATTEMPTS_USED' } });
    },
    payment: () => answer(view.phase === 'confirming' ? { phase: 'authorized', next: [] } : {}),
    leave: (to) => answer(to === 'cancel' ? { phase: 'cancelled', next: ['payAgain'] } : { leftForBank: true }),
  };
}
