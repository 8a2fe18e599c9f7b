import type { Row } from './row.ts';

/** What people complain of in payment and code fields elsewhere, the commonest first. */
export const pains: readonly Row[] = [
  {
    what: 'The OTP from the message lands in one of several boxes, or in the wrong order',
    tests: [
      'is one real input in the light DOM, with a numeric keypad and OTP autofill, and belongs to no form',
      'a lone autofill event becomes ASCII digits',
    ],
    notHere: 'a real message on a real phone: device checks',
  },
  {
    what: 'Pasting fails: by keyboard, from the keyboard’s clipboard row, with spaces in the code',
    tests: [
      'paste: "482 913" becomes 482913',
      'paste: "482-913" becomes 482913',
      'a paste replaces the typed digits, and the undo key restores them',
      'a keyboard may insert the whole code at once, as from its clipboard row',
    ],
    notHere: 'the paste menu of a long press: device checks',
  },
  {
    what: 'Screen readers find several unlabelled fields',
    tests: [
      '4.1.2 Name, Role, Value: the engine computes role, name and state of each control',
      'axe finds no violation, in light and dark: awaiting, six cells',
    ],
  },
  {
    what: 'The countdown is silent, announces every second, or replaces earlier announcements',
    tests: [
      'a wait is announced at its start, at 60, 30 and 10 seconds and at its end, and at no other second',
      'the countdown is in no button name, and a waiting button keeps the focus and sends nothing',
      'each change is announced once and in order: requested, sent with the wait, rejected, checking, confirming, done',
    ],
  },
  {
    what: 'An OTP is submitted twice: by autofill, automatic submit and Enter at once, or again while it is corrected',
    tests: [
      'a second Enter while the code is in flight sends nothing',
      'autosubmit submits a pasted code once, and never a typed one',
      'Enter does not resubmit a rejected code',
      'of 60 parallel submits with one idempotency key exactly one is sent',
      'an OTP submitted by autofill, Enter and two clicks in two tabs at once reaches the bank once',
    ],
  },
  {
    what: 'A strict content security policy breaks the widget',
    tests: [
      'the single file submits a code under a policy without inline styles or other scripts, and causes no violation',
    ],
  },
  {
    what: 'The script can neither be pinned by a hash nor hosted by the shop',
    tests: ['a component file that was changed on the way does not run, and the bank’s page is offered'],
  },
  { what: 'Payment scripts are heavy on cheap phones', gate: 'sizes' },
  {
    what: 'Fields in shadow roots are invisible to autofill, and widgets break inside other components',
    tests: [
      'is one real input in the light DOM, with a numeric keypad and OTP autofill, and belongs to no form',
      'inside another shadow root, label, description and focus work',
    ],
  },
  {
    what: 'A password manager’s badge covers the last digit, or it fills in a password',
    tests: ['the field opts out of password managers, and their badge has space behind the last digit'],
    notHere: 'the real extensions: device checks',
  },
  {
    what: 'The server library does not run on Workers, Deno or Bun',
    tests: [
      'core: order, payment, OTP and order again end in PROCESSED',
      'core: a wrong OTP is refused by name',
      'a payment with a wrong OTP, a reload, duplicate webhooks and a return is paid once',
      'the alarm of a payment that nothing reported finds it once it is due, and not before',
    ],
  },
  {
    what: 'The signature never matches, and nothing says why',
    tests: [
      'names the fields that were signed, and verifyReturn accepts them',
      'recognizes the guide’s placeholder, a secret with white space, and a secret that matches nothing',
      'a request whose body was already read is reported as such',
    ],
  },
  {
    what: 'Leading zeros vanish',
    tests: [
      'Enter submits the typed code, leading zeros included',
      'an OTP is a string, an idempotency key a UUID, and the place to leave to one of two',
      'submitRequest: an OTP that is a number is rejected, a string is accepted',
    ],
  },
  {
    what: 'Digits of the customer’s own script are rejected',
    tests: [
      'paste: "४८२९१३" becomes 482913',
      'converts digits pasted into an adopted field to ASCII',
      'an input method that commits "४८२९१३" inserts 482913, and is not disturbed before',
    ],
  },
  {
    what: 'The resend countdown starts wrong, drifts, restarts, or ends silently',
    tests: [
      'clocks › a wall clock set by %i s leaves the deadlines unchanged and causes a poll',
      'start › a reload in awaitingOtp keeps deadline and problem, and sends nothing',
      'resend › before its time sends nothing; at its time it is sent and announced',
      'a resend is available after its delay, and its OTP pays',
    ],
  },
  {
    what: 'The wrong keyboard opens, and letters are accepted',
    tests: [
      'accepts digits only: typed letters and signs leave no trace',
      'is one real input in the light DOM, with a numeric keypad and OTP autofill, and belongs to no form',
    ],
    notHere: 'the keypad on a real phone: device checks',
  },
  {
    what: 'OTPs cannot be entered by keyboard or with a screen reader',
    tests: [
      '2.1.1 Keyboard: a payment works from start to end without a pointer',
      'Tab goes through field, resend, button, bank link and cancel, and on to the page',
      'the whole checkout works with the keyboard alone',
    ],
    notHere: 'what a screen reader says aloud: device checks',
  },
  {
    what: 'The bank’s page stays blank in a frame, or its window is blocked',
    tests: [
      'the bank’s page is a real link to the top frame, offered only when it is safe',
      'a customer who switches from the OTP field to the bank’s page pays once',
    ],
  },
  {
    what: 'On iOS the page zooms at the field, draws odd selections, or does not come back to it',
    tests: [
      'is one real input in the light DOM, with a numeric keypad and OTP autofill, and belongs to no form',
      'with cells, every cell is the field: a click in any of them puts the caret there',
    ],
    notHere: 'an iPhone: device checks. Tested here: visible text of 16 px and more, in the field itself',
  },
  {
    what: 'After an error or a new OTP the field holds the wrong text',
    tests: [
      'a rejected code stays, selected and described by the error',
      'another code is requested only after the wait, then the field is empty and focused',
    ],
  },
  {
    what: 'Focus and state cannot be seen in contrast themes',
    tests: [
      'the focus ring is visible on the field, the cells and each button',
      'the cells keep their borders, and no backplate cuts the code',
      'an error is marked by text and a thicker border, a state by text and an icon',
    ],
  },
  {
    what: 'WebOTP surprises: an abort too late ends the tab, a late OTP overwrites what was typed',
    tests: [
      'web-otp: is aborted only while pending, and never overwrites typed digits',
      'without web-otp, or without the API, nothing is requested from the browser',
    ],
  },
  {
    what: 'Translating the page breaks the field',
    tests: ['a page translator may translate every word but the code and the reference'],
    notHere: 'a real translator: device checks',
  },
];
