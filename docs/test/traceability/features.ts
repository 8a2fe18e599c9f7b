import type { Row } from './row.ts';

/** Features that comparable systems have, or that none has. */
export const features: readonly Row[] = [
  {
    what: 'Native OTP over the API: generate, submit, resend',
    tests: [
      'an accepted OTP leads to `confirming`, never to `authorized`; the order then decides that it is paid',
      'an OTP is resent after its deadline and not before',
    ],
  },
  {
    what: 'Requesting an OTP only where the card supports it',
    tests: [
      'a card without native OTP leads to the issuer’s page and never requests an OTP',
      'no native OTP: the bank’s page is primary, and no field is shown',
    ],
  },
  {
    what: 'Switching to the bank’s page at any time',
    tests: [
      'leaving for the bank emits one cancelable event; the backend is notified unless it is cancelled',
      'a customer who switches from the OTP field to the bank’s page pays once',
    ],
  },
  {
    what: 'Cancelling the payment',
    tests: [
      'cancelled by its button: the backend is notified and the event is emitted',
      'cancelling is recorded, and a later success says that the customer had left',
    ],
  },
  {
    what: 'The server says what may be done next',
    tests: [
      'submit › is not sent when the backend does not allow it',
      'a view › keeps known steps only, and offers the bank’s page in place of the others',
    ],
  },
  {
    what: 'A single real input',
    tests: ['is one real input in the light DOM, with a numeric keypad and OTP autofill, and belongs to no form'],
  },
  {
    what: 'Drawn cells, without a password field',
    tests: [
      'each digit is centered in its cell',
      'with cells, every cell is the field: a click in any of them puts the caret there',
      '3.3.8 Accessible Authentication (Minimum): the code can be pasted or autofilled, is shown as typed, and nothing else is requested',
    ],
    notHere:
      'masking and separators: a code is compared with the message, so it is shown, and banks group it differently',
  },
  {
    what: 'Autofill of one-time codes',
    tests: [
      '1.3.5 Identify Input Purpose: the field is marked as a one-time code, whether created or adopted',
      'a lone autofill event becomes ASCII digits',
      'an autofilled code stays readable in the cells',
    ],
    notHere: 'a real message on a real phone: device checks',
  },
  {
    what: 'Reading the SMS on Android',
    tests: ['web-otp: the code of a message is filled in, and submitted once with autosubmit'],
    notHere: 'a page can read only messages bound to its own origin, which banks seldom send',
  },
  {
    what: 'WebOTP with a safe abort',
    tests: ['web-otp: is aborted only while pending, and never overwrites typed digits'],
  },
  {
    what: 'Automatic submit of a filled-in OTP',
    tests: ['autosubmit submits a pasted code once, and never a typed one'],
    notHere: 'a countdown to cancel it: it is off unless the page asks for it, and spends one attempt at most',
  },
  {
    what: 'Resend, with a countdown',
    tests: [
      'a resend is available after its delay, and its OTP pays',
      'another code is requested only after the wait, then the field is empty and focused',
    ],
  },
  {
    what: 'A countdown from the server’s deadline that survives reload, sleep and a changed clock',
    tests: [
      'start › a reload in awaitingOtp keeps deadline and problem, and sends nothing',
      'clocks › a wall clock set by %i s leaves the deadlines unchanged and causes a poll',
    ],
  },
  {
    what: 'A countdown announced at milestones only',
    tests: ['a wait is announced at its start, at 60, 30 and 10 seconds and at its end, and at no other second'],
  },
  {
    what: 'Digits of every script',
    tests: ['paste: "४८२९१३" becomes 482913', 'a code typed before the script loaded is submitted, in any script'],
  },
  {
    what: 'Leading zeros kept by type',
    tests: [
      'submitRequest: an OTP that is a number is rejected, a string is accepted',
      'Enter submits the typed code, leading zeros included',
    ],
  },
  {
    what: 'OTPs of unknown length',
    tests: ['accepts at most eight digits, or otp-length'],
    notHere: 'nine and ten digits: no card issuer is known to send them',
  },
  {
    what: 'A light field that works without script, as a form or by a link',
    tests: [
      'markup with slot attributes: typing during the upgrade loses no digit, caret or focus',
      'a component file that was changed on the way does not run, and the bank’s page is offered',
      'without scripts the right OTP pays, and the session is in no URL or header',
      'without scripts a double click submits once',
    ],
  },
  {
    what: 'Offline and slow networks: pause, resume, poll instead of resubmitting',
    tests: [
      'offline: says so and sends nothing; online again: says so',
      'network › offline, actions and polls are ignored and the state says so; back online it polls at once',
      'network › confirming continues when the network returns, and never resubmits the OTP',
    ],
  },
  {
    what: 'One submit at a time, with one effect',
    tests: [
      'submit › a second submit while the first is in flight is not sent',
      'of 60 parallel submits with different idempotency keys one is in flight at a time, and at most five are sent',
    ],
  },
  {
    what: 'Attempts left, and the risk of a blocked card',
    tests: [
      'first miss: says to check the code; second miss: warns of a blocked card and makes the bank’s page primary',
      'attempts left are shown only when the bank named them',
    ],
  },
  {
    what: 'Errors by cause, source and step, in words for the customer',
    tests: [
      'failed: shows the advice for the decline',
      'a failure gives the merchant Plural’s error and the customer advice, never Plural’s message',
      '3.3.3 Error Suggestion: a rejected code comes with a suggestion',
    ],
  },
  {
    what: 'Shop, amount, masked card, bank and network above the field',
    tests: [
      'shows merchant, amount in rupees, and the card by its last digits',
      'the view displays the amount with its fee, the card’s network and last digits, and the merchant',
    ],
  },
  {
    what: 'Masked destination of the OTP',
    tests: [
      'its hint names the masked destination when the backend knows it, and nothing otherwise',
      'a masked destination of the OTP is displayed; an unmasked one is rejected before any call',
      'the page’s own label, hint and attributes stay, and the error comes first in the description',
    ],
  },
  {
    what: 'Language packs, loaded when needed',
    tests: [
      'a locale file works next to the single file and next to the import, in any order: /after',
      'words that come late are put in place: what was typed, caret, focus and wait stay, and nothing is said or asked',
      'the step itself never requests a locale file, even a missing one',
      'a named language without words: English, and one warning per tag that says which file to load',
    ],
  },
  {
    what: 'Eleven Indian languages',
    tests: [
      'has every message of English and no other, one for each plural category of the language',
      'says every message in its own script, and none in English',
      'in every state no word is cut, broken or untranslated, and every target stays 24 px high: ta',
      'the letters of ta are rendered in a font of their script, not as boxes',
    ],
    notHere: 'a native speaker’s review: device checks',
  },
  {
    what: 'Right to left',
    tests: [
      'right to left: text runs that way, the code never does',
      'right to left: a typed digit is in the first cell, the next one right of it',
      'Urdu runs from the right; code, reference and amounts run from the left',
    ],
  },
  {
    what: 'Theming: custom properties, parts, states, dark',
    tests: [
      'colours, fonts and corners follow the custom properties, and parts follow the page’s rules',
      'custom states follow the status',
      'dark: the step follows the page’s scheme, and all text is readable (awaiting)',
      'every documented custom property is tested here, and no other is',
      'every documented part is rendered in some state, and no other part is',
    ],
  },
  {
    what: 'Ready themes, light and dark',
    tests: [
      'calm, light: all text has at least 4.5:1 in every state',
      'stark, light: fields, cells, icons, buttons and focus rings have at least 3:1',
      'warm: the page’s own properties override it, in either order',
    ],
  },
  {
    what: 'A playground: every state, every theme, and the code for it',
    tests: [
      'playground: every status and every problem has a button, and each button shows its state',
      'playground: each setting changes the step, the code and the address, and the address restores all settings',
      'playground: the code for react passes its compiler, imports files that exist, and follows the settings',
      'playground: the code for react, rendered on a server and hydrated, calls its handler and keeps the session out of the markup',
      'playground: the code for a script tag, on a separate page, starts at Pay, loads its files and completes a payment',
    ],
  },
  {
    what: 'Forced colours, reduced motion, 200 % and 400 % zoom, 24 px targets',
    tests: [
      'the cells keep their borders, and no backplate cuts the code',
      'reduced motion: nothing moves (submitting)',
      'nothing scrolls sideways, in any state',
      'text at 200 % (1.4.4): nothing scrolls sideways, in any state',
      '2.5.8 Target Size (Minimum): every target is at least 24 px high and wide, full-size buttons 44 px',
    ],
  },
  {
    what: 'WCAG 2.2 AA with a test for each criterion',
    tests: [
      '1.3.5 Identify Input Purpose: the field is marked as a one-time code, whether created or adopted',
      '1.4.3 Contrast (Minimum): all text has at least 4.5:1, in light and dark',
      '1.4.10 Reflow: at 320 px nothing scrolls sideways and nothing is cut off',
      '1.4.11 Non-text Contrast: fields, cells, icons and buttons have at least 3:1, in light and dark',
      '1.4.12 Text Spacing: with the reader’s own spacing, no text is cut off or overlaps another',
      '2.1.1 Keyboard: a payment works from start to end without a pointer',
      '2.2.1 Timing Adjustable: the step has no time limit; half a day later the code can still be submitted',
      '2.4.3 Focus Order: the order of controls in the document is their visual order',
      '2.4.7 Focus Visible: each control that Tab reaches has a ring of 2 px with 3:1 (awaiting)',
      '2.4.11 Focus Not Obscured: in a window of 320 by 256 px each focused control is in view and unobscured',
      '2.5.8 Target Size (Minimum): every target is at least 24 px high and wide, full-size buttons 44 px',
      '3.2.6 Consistent Help: bank page, resend, cancel and the reference keep their order',
      '3.3.1 Error Identification: a rejected code is described in text at the field, and the field is marked invalid',
      '3.3.3 Error Suggestion: a rejected code comes with a suggestion',
      '3.3.8 Accessible Authentication (Minimum): the code can be pasted or autofilled, is shown as typed, and nothing else is requested',
      '4.1.2 Name, Role, Value: the engine computes role, name and state of each control',
      '4.1.3 Status Messages: changes are announced in a polite live region that existed before, and the focus stays',
    ],
  },
  {
    what: 'A strict content security policy',
    tests: [
      'the single file submits a code under a policy without inline styles or other scripts, and causes no violation',
    ],
  },
  {
    what: 'Enforced Trusted Types',
    tests: [
      'the single file submits a code under a policy without inline styles or other scripts, and causes no violation',
    ],
  },
  {
    what: 'Integrity hash, self-hosting, provenance',
    tests: ['a component file that was changed on the way does not run, and the bank’s page is offered'],
    notHere: 'provenance: it comes with publishing',
  },
  {
    what: 'A form-associated element, with validity, reset and restore',
    tests: ['inside a form: Enter and buttons do not submit it, and it neither lists, sends nor resets the code'],
    notHere: 'on purpose: an OTP must not enter the shop’s form data, and no browser may restore it',
  },
  {
    what: 'Server rendering and declarative shadow DOM',
    tests: [
      'a declarative shadow root is replaced, not rendered twice, and the focus stays',
      'adds no node to the page’s markup before the first error, and then describes the field with it',
    ],
  },
  {
    what: 'Any framework, typed for each',
    tests: [
      'session and view are set as properties, a number as a number, and an event ends the payment',
      'a code typed before hydration is kept, without a console message, and React’s event ends the payment',
      'React and Angular: app and README compile, and a wrong attribute, value, detail or event does not',
      'Vue: app and README compile, and a wrong attribute, value, detail or event does not',
      'Svelte: app and README compile, and a wrong attribute, value, detail or event does not',
      'nodes that a framework removes are restored with the typed digits',
      'nothing is reflected to the host',
    ],
  },
  {
    what: 'Custom-elements manifest and editor data',
    tests: [
      'manifest: every entry is described, and names published files only',
      'manifest: slots and parts are those of the template',
      'editor data: VS Code and JetBrains know the tag, its attributes, events, parts and custom properties',
    ],
  },
  {
    what: 'Events for a funnel, without OTP or personal data',
    tests: [
      'every event bubbles and crosses shadow roots',
      'no event carries the code',
      'are each emitted once, in order, with the reference, the card and the time since the start',
      'holds nothing else, and no digit of the code',
    ],
  },
  {
    what: 'An emulator with scripted banks',
    tests: [
      'sms-lost: OTPs requested by the API do not arrive, one requested by the ACS page does',
      'code-expired: the first OTP is rejected without a lasting effect, the second pays',
      'resend-limit: the second resend is rejected for good',
      'response-lost: submit rejects as a reset connection does, and the order is paid',
    ],
  },
  {
    what: 'A playground, and a snippet to copy',
    tests: [
      'the demo command starts the sandbox and the shop, prints their addresses, and stops both',
      'takes a payment whole: Pay, the OTP, and the verdict in the shop’s log',
    ],
  },
  {
    what: 'A client on Web Crypto for every runtime',
    tests: ['core: order, payment, OTP and order again end in PROCESSED'],
  },
  {
    what: 'Both signatures verified: in constant time, within a time window',
    tests: [
      'vector %i of the guide’s own code verifies, and signing gives the same digest',
      'the published vector, its secret as UTF-8 and as Base64',
      '%i seconds away from now is inside the window',
    ],
    notHere: 'constant time cannot be shown by a test: digests are compared by a fixed-length XOR',
  },
  {
    what: 'A handler that keeps secrets and the payment id on the server',
    tests: ['a sealed session reveals nothing of the payment', 'never redirects to a URL from the request'],
  },
  {
    what: 'The handler binds sessions, limits attempts, checks origins and forbids caching',
    tests: [
      'every session that does not open gets one and the same 401',
      'of 60 parallel submits with different idempotency keys one is in flight at a time, and at most five are sent',
      'that are not listed get no CORS headers, on errors either',
      'every response has the security headers, errors too',
    ],
  },
  {
    what: 'The order decides, not the response to the submit',
    tests: [
      'the order decides, not the status in the return',
      'the order decides, not the status in the event',
      'accepted code: checking, confirming, and authorized only when the backend says so',
    ],
  },
  {
    what: 'The same state after the bank’s page, a reload, or in a second tab',
    tests: [
      'a customer who returns from the bank’s page undecided can enter the OTP, and no new one is requested',
      'a reload while an OTP is awaited shows the field again, and sends no second OTP',
      'a second tab shows the same state, and requests no OTP',
    ],
  },
  {
    what: 'Room for a password manager’s badge, or opting out of it',
    tests: ['the field opts out of password managers, and their badge has space behind the last digit'],
  },
  {
    what: 'Safe under page translation',
    tests: ['a page translator may translate every word but the code and the reference'],
  },
  {
    what: 'Texts for every channel a bank uses',
    tests: ['its hint names all channels the bank may use and the amount, and promises none of the channels'],
  },
  {
    what: 'The OTP in no URL, storage, log, event or analytics',
    tests: [
      'the code is in no URL, storage, cookie, attribute, title or console line',
      'no event carries the code',
      'no OTP, card number, CVV or token is in a record, event, problem, response or error, on any path',
    ],
  },
];
