/** Description of each schema of the contract. */
export const schemaDescriptions: Readonly<Record<string, string>> = {
  SessionBody: 'Identifies the payment by its session. Like every request body, it allows no other member.',
  ActionBody: 'One action of the customer.',
  EntryNote:
    'Note on how the code was entered: time and manner, never content. For statistics alone; a backend may ignore it.',
  SubmitBody: 'The OTP that the customer typed.',
  LeaveBody: 'Destination of a customer who leaves the step.',
  Money: 'An amount as an integer in the minor unit of its currency (paise for INR).',
  PaymentDisplay:
    'Details of the payment that the step shows. None is secret, and none identifies the card beyond its last four digits.',
  Problem: 'A problem to show to the customer.',
  ProblemBody: 'Body of every response that is not a view.',
  PaymentView:
    'View of one payment for its customer: the response of every route that the browser calls. The same session returns the same view after a reload, in a second tab and from another server.',
};

/** Description of each member. A member of two schemas means the same in both. */
export const memberDescriptions: Readonly<Record<string, string>> = {
  session:
    'Opaque string that identifies one payment of one customer. In a view: a renewed session, which replaces the current one.',
  idempotencyKey:
    'Idempotency key: a UUID that the browser creates once per action of the customer and repeats in retries. The backend reserves it before it calls Plural, and answers a repeated key with the current view and no further call.',
  otp: 'String of 4 to 8 ASCII digits, because a number loses leading zeros. Sent to Plural once, never stored and never logged.',
  to: '`bank`: the bank’s page; recorded before the browser navigates there. `cancel`: the customer gives up. That makes no promise about money: a payment that still succeeds is reported. `away`: the page was closed or left while an OTP is awaited; changes nothing, because the customer may come back.',
  entry: 'Note on how the code was entered. Absent where the page sends none.',
  by: 'Way in which the code entered the field. `message`: read by the browser from a text message.',
  edited: 'Present when keys changed a code that had come at once.',
  firstKeySeconds: 'Whole seconds from the field being shown to its first input.',
  hiddenSeconds: 'Whole seconds of those in which the page was in the background.',
  usableMs: 'Milliseconds from the start of the step until its field took digits.',
  value: 'Amount in the minor unit.',
  currency: 'ISO 4217 code.',
  merchantName: 'Name of the shop, as the customer knows it.',
  amount: 'Total that the issuer will charge: the order’s amount plus the applicable fee, as in the bank’s SMS.',
  fee: 'Part of `amount` that is a convenience fee.',
  network: 'Card network, by Plural’s name.',
  issuer: 'Issuer, as its customers know it: `HDFC Bank`.',
  lastDigits: 'Last four digits of the card.',
  statementName:
    'Name of the merchant as the bank prints it in the message with the OTP. Only the merchant knows it; without it the step names the amount alone.',
  destination:
    'Phone number that the bank probably sends the OTP to, masked to at most four digits. Only the merchant knows it.',
  preAuth: 'True while the issuer only reserves the amount, to be captured later.',
  code: 'Code from a closed list. A published code never changes its meaning.',
  advice:
    'Advice after a decline, where Plural’s decline code is public, or `orderCancelled`. Present with `PAYMENT_FAILED` only.',
  phase:
    'State of the payment. `authorized` and `failed` come from the order read from Plural, never from another source: an accepted OTP leads to `confirming`.',
  next: 'Steps that the customer may take; a page offers exactly these. `submit` an OTP, `resend` it, `redirect` to the bank’s page, `check` the payment, `payAgain` with a new payment of the order.',
  revision:
    'Number that grows with each change of the record and never decreases. Of two views, the one with the higher revision is newer; a browser drops the other.',
  reference: 'Support reference: opaque, readable aloud, safe in a URL or a log. Never an id of Plural.',
  resendInSeconds: 'Seconds until a resend is allowed; 0 means now. The backend rejects an earlier one.',
  pollAfterSeconds: 'Suggested delay before the next poll, in seconds. Absent when nothing changes without an action.',
  'PaymentView.attempts': 'Attempts so far.',
  misses: 'Number of OTPs that the issuer rejected so far.',
  leftAtBank: 'Remaining attempts, only where Plural reported them. Never computed from a limit of the backend.',
  problem: 'Problem to show to the customer, if any.',
  challengeUrl: 'URL of the bank’s page for this payment, when `next` contains `redirect`.',
  leftForBank: 'Present once the customer left for the bank’s page, which sends a newer OTP of its own.',
  display: 'Details of the payment that the step shows.',
};
