import type { Row } from './row.ts';

/** Rules of good code entry that the step is held to. */
export const rules: readonly Row[] = [
  {
    what: 'One labelled field in the light DOM: type text, numeric keypad, autocomplete one-time-code, 16 px or more',
    tests: [
      'is one real input in the light DOM, with a numeric keypad and OTP autofill, and belongs to no form',
      'a click on the label focuses the field',
      '3.3.8 Accessible Authentication (Minimum): the code can be pasted or autofilled, is shown as typed, and nothing else is requested',
    ],
  },
  {
    what: 'Works as a plain link to the bank’s page, and as a plain form, without script',
    tests: [
      'a component file that was changed on the way does not run, and the bank’s page is offered',
      'without scripts the right OTP pays, and the session is in no URL or header',
      'without scripts a customer can pay on the bank’s page, and a verified return brings them back paid',
    ],
  },
  {
    what: 'Every decimal digit becomes ASCII; spaces, dashes and invisible characters are removed; leading zeros are kept, the value stays a string',
    tests: [
      'paste: "४८२९१३" becomes 482913',
      'paste: "４８２９１３" becomes 482913',
      'paste: "482-913" becomes 482913',
      'paste: "\\u200b482\\u00a0913\\ufeff" becomes 482913',
      'Enter submits the typed code, leading zeros included',
    ],
  },
  {
    what: 'A range of lengths, and drawn cells only where the page says how many',
    tests: [
      'accepts at most eight digits, or otp-length',
      'otp-length renders that many cells, and accepts only a code of that length',
    ],
  },
  {
    what: 'Paste, autofill, drop, dictation and WebOTP all end in the same state',
    tests: [
      'a paste replaces the typed digits, and the undo key restores them',
      'a lone autofill event becomes ASCII digits',
      'drop with the mouse: "482 913" becomes 482913',
      'an input method that commits "482 913" inserts 482913, and is not disturbed before',
      'web-otp: the code of a message is filled in, and submitted once with autosubmit',
    ],
    notHere: 'real dictation: device checks',
  },
  {
    what: 'Submitted by button or Enter; automatically only if the page asks for it, for a whole OTP that was filled in, once',
    tests: [
      'Enter submits the typed code, leading zeros included',
      '2.1.1 Keyboard: a payment works from start to end without a pointer',
      'autosubmit submits a pasted code once, and never a typed one',
    ],
  },
  {
    what: 'One request in flight; an unknown outcome is polled; an accepted OTP is not yet a payment',
    tests: [
      'at most one call is in flight, and an action is replaced only after its deadline, by leaving for the bank page or by returning from it',
      'with an unknown outcome leads to confirming, polls after 1, 2, 4 and 8 s and then every 15 s, and never resubmits (%j)',
      'accepted code: checking, confirming, and authorized only when the backend says so',
    ],
  },
  {
    what: 'The resend countdown follows the server’s deadline across reload, sleep and a second tab, and is announced at milestones',
    tests: [
      'start › a reload in awaitingOtp keeps deadline and problem, and sends nothing',
      'clocks › a wall clock set by %i s leaves the deadlines unchanged and causes a poll',
      'a second tab shows the same state, and requests no OTP',
      'a wait is announced at its start, at 60, 30 and 10 seconds and at its end, and at no other second',
    ],
  },
  {
    what: 'The resend button keeps its place, takes focus, says why it waits; afterwards the field is empty and focused',
    tests: [
      'the countdown is in no button name, and a waiting button keeps the focus and sends nothing',
      'another code is requested only after the wait, then the field is empty and focused',
      '3.2.6 Consistent Help: bank page, resend, cancel and the reference keep their order',
    ],
  },
  {
    what: 'A wrong OTP: reported, kept and selected; attempts left if the bank says so; the bank’s page after the second',
    tests: [
      'a rejected code stays, selected and described by the error',
      'attempts left are shown only when the bank named them',
      'first miss: says to check the code; second miss: warns of a blocked card and makes the bank’s page primary',
    ],
  },
  {
    what: 'The bank’s page is always available: in the top window, by a click',
    tests: [
      'the bank’s page is a real link to the top frame, offered only when it is safe',
      'generate › in flight allows leaving for the bank page',
    ],
  },
  {
    what: 'Shop, amount, card, bank and network are shown; the text fits every channel a bank uses',
    tests: [
      'shows merchant, amount in rupees, and the card by its last digits',
      'its hint names all channels the bank may use and the amount, and promises none of the channels',
      'the page’s own issuer, network and summary replace the default ones',
    ],
  },
  {
    what: 'No time limit of our own',
    tests: [
      '2.2.1 Timing Adjustable: the step has no time limit; half a day later the code can still be submitted',
      'a page left open too long renews its session, and the payment continues',
    ],
  },
  {
    what: 'Indian languages, right to left, even digits, 400 % zoom, forced colours, reduced motion, 24 px targets',
    tests: [
      'right to left: text runs that way, the code never does',
      'has every message of English and no other, one for each plural category of the language',
      'in every state no word is cut, broken or untranslated, and every target stays 24 px high: ta',
      'nothing scrolls sideways, in any state',
      'all text has at least 4.5:1 (awaiting, six cells)',
      'reduced motion: nothing moves (submitting)',
      '2.5.8 Target Size (Minimum): every target is at least 24 px high and wide, full-size buttons 44 px',
    ],
    notHere: 'a native speaker’s review of the translations: device checks',
  },
  {
    what: 'OTP and card number appear in no URL, storage, log, event or report',
    tests: [
      'the code is in no URL, storage, cookie, attribute, title or console line',
      'no event carries the code',
      'no state contains the OTP, and only a submit carries it',
      'no OTP, card number, CVV or token is in a record, event, problem, response or error, on any path',
    ],
  },
];
