/** What each schema of the contract is. */
export const schemaDescriptions: Readonly<Record<string, string>> = {
  SessionBody: 'Names the payment, by its session alone. No other member is allowed, here and in every body.',
  ActionBody: 'One deed of the customer.',
  SubmitBody: 'The code the customer typed.',
  LeaveBody: 'Where the customer goes instead of typing a code.',
  Money: 'An amount as an integer in the minor unit of its currency (paise for INR).',
  PaymentDisplay:
    'What the step shows about the payment. Nothing here is secret, and nothing tells more of the card than its last four digits.',
  Problem: 'Why something did not go as the customer wished.',
  ProblemBody: 'The body of every answer that is not a view.',
  PaymentView:
    'One payment as its customer may see it: the one answer of every route the browser calls. The same session asked again after a reload, in a second tab or on another server gives the same view.',
};

/** What each member means. A member of two schemas means the same in both. */
export const memberDescriptions: Readonly<Record<string, string>> = {
  session:
    'Opaque to the browser; names one payment of one customer. In a view: a renewed session, which replaces the one the browser holds.',
  idempotencyKey:
    'A UUID the browser makes once per deed of the customer and sends again when it repeats that deed because the answer was lost. A backend that knows the key answers with the present view and does nothing more: this is how a lost answer is told from a second try.',
  otp: '4 to 8 ASCII digits, as text, since a number loses leading zeros. Passed on to Plural once, and neither kept nor logged.',
  to: '`bank`: to the bank’s own page, which is recorded before the browser goes there. `cancel`: the customer gives up; it promises nothing about money, and a payment that succeeds all the same is still told.',
  value: 'In the minor unit.',
  currency: 'ISO 4217.',
  merchantName: 'The shop, as the customer knows it.',
  amount: 'What the issuer will charge: the order’s amount and the applicable fee, as in the bank’s message.',
  fee: 'The part of `amount` that is a convenience fee.',
  network: 'As Plural names it.',
  issuer: 'As Plural names it.',
  lastDigits: 'The last four digits of the card.',
  destination:
    'Where the bank is likely to send the code, masked: at most four digits of it. Only the merchant can know.',
  code: 'From a closed list; a code never changes its meaning.',
  advice:
    'What to advise after a decline, where Plural’s decline code is a public one, or `orderCancelled`; with `PAYMENT_FAILED` and no other code.',
  phase:
    'Where the payment stands. `authorized` and `failed` come from the order read from Plural and from nothing else: an accepted code leads to `confirming`.',
  next: 'What the customer may do now, and nothing else: a screen offers exactly this. `submit` a code, `resend` one, `redirect` to the bank’s page, `check` where the payment stands, `payAgain` with a new payment on the order.',
  revision:
    'Grows each time the record of the payment changes, and never falls. Of two views the one with the higher revision is the newer; a browser drops a lower one.',
  reference: 'For people: opaque, readable on the telephone, safe in a URL or a log. Never an id of Plural’s.',
  resendInSeconds: 'How long until another code may be asked for; 0: now. A backend refuses an earlier one itself.',
  pollAfterSeconds:
    'After how long asking again is worth while. Absent: nothing is expected to change without the customer.',
  'PaymentView.attempts': 'How the tries so far went.',
  misses: 'Codes the issuer did not accept so far.',
  leftAtBank: 'Tries left, only where upstream says so, and never from a limit of the backend’s own.',
  problem: 'What the customer has to be told, if anything.',
  challengeUrl: 'The bank’s own page for this payment, when `next` has `redirect`.',
  leftForBank: 'The customer went to the bank’s page, which sends its own, newer code.',
  display: 'What the step shows about the payment.',
};
