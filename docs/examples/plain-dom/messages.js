/** Messages by status, and by problem. A problem takes precedence over the status. */
export const statusMessages = {
  idle: 'One moment …',
  generating: 'Your bank is sending an OTP to your phone …',
  awaitingOtp: 'Enter the OTP your bank sent to your phone.',
  resending: 'Your bank is sending another OTP …',
  submitting: 'Checking the OTP …',
  confirming: 'Waiting for your bank. Please do not pay again.',
  redirecting: 'Finish on your bank’s page. This page follows.',
  unresolved: 'We do not know yet whether the payment went through. You will not be charged twice.',
  authorized: 'Paid. Thank you.',
  failed: 'The payment was not approved.',
  exhausted: 'No more OTPs can be tried for this payment. Your card was not charged.',
  superseded: 'This order was paid in another way.',
  cancelled: 'You cancelled this payment.',
};

export const problemMessages = {
  OTP_NOT_ACCEPTED: 'This OTP was not accepted. Check it and enter it again.',
  OTP_MAYBE_NOT_SENT: 'The OTP may not have been sent. If none arrives, ask for another.',
  RESEND_TOO_EARLY: 'It is too early for another OTP.',
  RESEND_LIMIT: 'No more OTPs can be sent. The latest one is still valid.',
  NATIVE_OTP_UNAVAILABLE: 'Your bank asks for the OTP on its own page.',
  SESSION_EXPIRED: 'This page has been open too long. Load it again.',
  SESSION_READ_ONLY: 'This page only shows the payment. It is confirmed on the page where it was started.',
  BUSY: 'The payment service is busy. Try again in a moment.',
  BACKEND_UNREACHABLE: 'We could not connect. Trying again.',
};

export const secondMiss = 'Another wrong OTP may block your card. Your bank’s own page is the safer way.';
export const offline = 'You are offline. The payment continues when the network is back.';
