/** What is said in each state, and of each problem. A problem outweighs the state. */
export const statusMessages = {
  idle: 'One moment …',
  generating: 'Your bank is sending a code to your phone …',
  awaitingOtp: 'Type the code your bank sent to your phone.',
  resending: 'Your bank is sending another code …',
  submitting: 'Checking the code …',
  confirming: 'Waiting for your bank. Please do not pay again.',
  redirecting: 'Finish on your bank’s page. This page follows.',
  unresolved: 'We do not know yet whether the payment went through. Nothing was charged twice.',
  authorized: 'Paid. Thank you.',
  failed: 'Your bank did not make this payment.',
  exhausted: 'No more codes can be tried for this payment. Your card was not charged.',
  superseded: 'This order was paid in another way.',
  cancelled: 'You cancelled this payment.',
};

export const problemMessages = {
  OTP_NOT_ACCEPTED: 'This code was not accepted. Check it and type it again.',
  OTP_MAYBE_NOT_SENT: 'The code may not have been sent. If none comes, ask for another.',
  RESEND_TOO_EARLY: 'It is too early for another code.',
  RESEND_LIMIT: 'Your bank sends no further code. The last one still counts.',
  NATIVE_OTP_UNAVAILABLE: 'Your bank wants you to type the code on its own page.',
  SESSION_EXPIRED: 'This page has been open too long. Load it again.',
  BUSY: 'Your bank is busy. Try again in a moment.',
  BACKEND_UNREACHABLE: 'We cannot reach the shop. Trying again.',
};

export const secondMiss = 'Another wrong code may block your card. Your bank’s own page is the safer way.';
export const offline = 'You are offline. This goes on when the network is back.';
