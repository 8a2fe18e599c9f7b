import type { Row } from './row.ts';

/** What people complain of in payment and code fields elsewhere, the commonest first. */
export const pains: readonly Row[] = [
  {
    what: 'The OTP from the message lands in one of several boxes, or in the wrong order',
    tests: [
      'is one real input in the light DOM, with a keypad, the code from the message and no part in any form',
      'an event of autofill alone becomes ASCII digits',
    ],
    notHere: 'a real message on a real phone: device checks',
  },
  {
    what: 'Pasting fails: by keyboard, from the keyboard’s clipboard row, with spaces in the code',
    tests: [
      'pasted by real keys: "482 913" becomes 482913',
      'pasted by real keys: "482-913" becomes 482913',
      'a paste replaces what was typed, and undo by real keys brings it back',
      'a keyboard that puts in the whole code at once, as from its clipboard row',
    ],
    notHere: 'the paste menu of a long press: device checks',
  },
  {
    what: 'Screen readers find several unlabelled fields',
    tests: [
      '4.1.2 Name, Role, Value: the engine itself gives each control its role, its words and its state',
      'axe finds nothing to object to, in light and in dark: awaiting, six cells',
    ],
  },
  {
    what: 'The countdown is silent, announces every second, or replaces earlier announcements',
    tests: [
      'of a wait: its start, 60, 30 and 10 seconds and its end, and no other second',
      'the ticking time is in no button name, and a waiting button keeps the focus and does nothing',
      'each news once and in order: asking, sent with the wait, refused, checking, confirming, done',
    ],
  },
  {
    what: 'An OTP is submitted twice: by autofill, automatic submit and Enter at once, or again while it is corrected',
    tests: [
      'a second Enter while the code is checked sends nothing',
      'autosubmit sends a pasted code once, and never a typed one',
      'the same refused code is not sent again by Enter',
      'of 60 parallel submits of one act exactly one is sent',
      'a code filled in by the browser, Enter, two clicks, and all that in a second tab at once: it is handed in once',
    ],
  },
  {
    what: 'A strict content security policy breaks the widget',
    tests: [
      'the one file takes a code under a policy that allows no inline style and no other script, without one violation',
    ],
  },
  {
    what: 'The script can neither be pinned by a hash nor hosted by the shop',
    tests: ['the component’s file was changed on the way: it does not run, and the bank’s page is offered'],
  },
  { what: 'Payment scripts are heavy on cheap phones', gate: 'sizes' },
  {
    what: 'Fields in shadow roots are invisible to autofill, and widgets break inside other components',
    tests: [
      'is one real input in the light DOM, with a keypad, the code from the message and no part in any form',
      'inside another shadow root: label, description and focus hold',
    ],
  },
  {
    what: 'A password manager’s badge covers the last digit, or it fills in a password',
    tests: ['password managers are told to leave the field alone, and their badge has room behind the last digit'],
    notHere: 'the real extensions: device checks',
  },
  {
    what: 'The server library does not run on Workers, Deno or Bun',
    tests: [
      'core: order, payment, OTP and order again end in PROCESSED',
      'core: a wrong OTP is refused by name',
      'a wrong code, a reload, the right one, every webhook twice and a return on top: paid, once',
      'the cron trigger finds what nobody told of, once it is due, and not before',
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
      'submits what real keys typed, leading zeros included, on Enter',
      'a number is no OTP, and an act is a UUID',
      'submitRequest: an OTP that is a number is rejected, a string is accepted',
    ],
  },
  {
    what: 'Digits of the customer’s own script are rejected',
    tests: [
      'pasted by real keys: "४८२९१३" becomes 482913',
      'keeps ASCII digits pasted into an adopted field as well',
      'an input method that decides on "४८२९१३" puts in 482913, and is left alone until then',
    ],
  },
  {
    what: 'The resend countdown starts wrong, drifts, restarts, or ends silently',
    tests: [
      'clocks › a wall clock set by %i s leaves the deadlines unchanged and causes a poll',
      'start › a reload in awaitingOtp keeps deadline and problem, and sends nothing',
      'resend › before its time sends nothing; at its time it is sent and announced',
      'another code is sent once its time has come, and pays',
    ],
  },
  {
    what: 'The wrong keyboard opens, and letters are accepted',
    tests: [
      'takes digits only: letters and signs typed by real keys leave no trace',
      'is one real input in the light DOM, with a keypad, the code from the message and no part in any form',
    ],
    notHere: 'the keypad on a real phone: device checks',
  },
  {
    what: 'OTPs cannot be entered by keyboard or with a screen reader',
    tests: [
      '2.1.1 Keyboard: a payment goes from its first button to its end without any pointer',
      'by keyboard alone: from the page through field, button, bank link, resend and cancel, and on',
      'the whole way works with the keyboard alone',
    ],
    notHere: 'what a screen reader says aloud: device checks',
  },
  {
    what: 'The bank’s page stays blank in a frame, or its window is blocked',
    tests: [
      'the bank page is a real link to the top, offered only when it is safe',
      'from the code’s field to the bank’s page and back: paid, with one payment',
    ],
  },
  {
    what: 'On iOS the page zooms at the field, draws odd selections, or does not come back to it',
    tests: [
      'is one real input in the light DOM, with a keypad, the code from the message and no part in any form',
      'in drawn cells every cell is the field: a real click in any of them puts the caret there',
    ],
    notHere: 'an iPhone: device checks. Tested here: visible text of 16 px and more, in the field itself',
  },
  {
    what: 'After an error or a new OTP the field holds the wrong text',
    tests: [
      'a refused code stays, selected and described by the error',
      'another code is asked for only after the wait, then the field is empty and focused',
    ],
  },
  {
    what: 'Focus and state cannot be seen in contrast themes',
    tests: [
      'the focus is seen by a ring: on the field, the cells and each button',
      'the cells keep their borders, and the code in them is not cut by a backplate',
      'an error is told by words and a bar, a state by words and a mark',
    ],
  },
  {
    what: 'WebOTP surprises: an abort too late ends the tab, a late OTP overwrites what was typed',
    tests: [
      'web-otp: aborted only while it is pending, and never over what the customer typed',
      'without web-otp, or without the API, nothing is asked of the browser',
    ],
  },
  {
    what: 'Translating the page breaks the field',
    tests: ['a page translator may take every word but the code and the reference'],
    notHere: 'a real translator: device checks',
  },
];
