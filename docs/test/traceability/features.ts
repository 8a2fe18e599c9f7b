import type { Row } from './row.ts';

/** Features that comparable systems have, or that none has. */
export const features: readonly Row[] = [
  {
    what: 'Native OTP over the API: generate, submit, resend',
    tests: [
      'an accepted OTP leads to confirming, never to authorized; the order then makes it paid',
      'another code is sent after its deadline and not before',
    ],
  },
  {
    what: 'Requesting an OTP only where the card supports it',
    tests: [
      'a card without native OTP leads to the bank’s page and never asks for a code',
      'no native OTP: the bank page is the main button, and no field is shown',
    ],
  },
  {
    what: 'Switching to the bank’s page at any time',
    tests: [
      'leaving for the bank: one cancelable event; uncancelled, the backend is told; cancelled, nothing happens',
      'from the code’s field to the bank’s page and back: paid, with one payment',
    ],
  },
  {
    what: 'Cancelling the payment',
    tests: [
      'cancelled: by its button, told to the backend and to the page',
      'giving up is recorded, and a success after it says that the customer had left',
    ],
  },
  {
    what: 'The server says what may be done next',
    tests: ['submit › is not sent when the backend does not allow it', 'a view › keeps known steps only'],
  },
  {
    what: 'A single real input',
    tests: ['is one real input in the light DOM, with a keypad, the code from the message and no part in any form'],
  },
  {
    what: 'Drawn cells, without a password field',
    tests: [
      'each drawn digit stands in the middle of its cell',
      'in drawn cells every cell is the field: a real click in any of them puts the caret there',
      '3.3.8 Accessible Authentication (Minimum): the code can be pasted or filled in, is shown as typed, and nothing else is asked',
    ],
    notHere:
      'masking and separators: a code is compared with the message, so it is shown, and banks group it differently',
  },
  {
    what: 'Autofill of one-time codes',
    tests: [
      '1.3.5 Identify Input Purpose: the field says that it takes a one-time code, made by us or adopted',
      'an event of autofill alone becomes ASCII digits',
      'a code that the browser filled in stays readable in the drawn cells',
    ],
    notHere: 'a real message on a real phone: device checks',
  },
  {
    what: 'Reading the SMS on Android',
    tests: ['web-otp: a code from the message is filled in, and sent once with autosubmit'],
    notHere: 'a page can read only messages bound to its own origin, which banks seldom send',
  },
  {
    what: 'WebOTP with a safe abort',
    tests: ['web-otp: aborted only while it is pending, and never over what the customer typed'],
  },
  {
    what: 'Automatic submit of a filled-in OTP',
    tests: ['autosubmit sends a pasted code once, and never a typed one'],
    notHere: 'a countdown to cancel it: it is off unless the page asks for it, and spends one attempt at most',
  },
  {
    what: 'Resend, with a countdown',
    tests: [
      'another code is sent once its time has come, and pays',
      'another code is asked for only after the wait, then the field is empty and focused',
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
    tests: ['of a wait: its start, 60, 30 and 10 seconds and its end, and no other second'],
  },
  {
    what: 'Digits of every script',
    tests: [
      'pasted by real keys: "४८२९१३" becomes 482913',
      'what was typed before the script came is what is submitted, in any script of the world',
    ],
  },
  {
    what: 'Leading zeros kept by type',
    tests: [
      'submitRequest: an OTP that is a number is rejected, a string is accepted',
      'submits what real keys typed, leading zeros included, on Enter',
    ],
  },
  {
    what: 'OTPs of unknown length',
    tests: ['takes no more than eight digits, or otp-length'],
    notHere: 'nine and ten digits: no card issuer is known to send them',
  },
  {
    what: 'A light field that works without script, as a form or by a link',
    tests: [
      'markup written slot by slot: whoever types through the upgrade loses no digit, no caret and no focus',
      'the component’s file was changed on the way: it does not run, and the bank’s page is offered',
      'from the shop to the receipt: the right code pays, and the session is in no address',
      'a double click confirms once',
    ],
  },
  {
    what: 'Offline and slow networks: pause, resume, poll instead of resubmitting',
    tests: [
      'offline: says so and sends nothing; back online: says so',
      'network › offline, actions and polls are ignored and the state says so; back online it polls at once',
      'network › confirming continues when the network returns, and never resubmits the OTP',
    ],
  },
  {
    what: 'One submit at a time, with one effect',
    tests: [
      'submit › a second submit while the first is in flight is not sent',
      'of 60 parallel submits of different acts never two are upstream at once, and at most 5 in all',
    ],
  },
  {
    what: 'Attempts left, and the risk of a blocked card',
    tests: [
      'first miss: says to check the code; second: warns of the block and makes the bank page the main button',
      'tries left are told only when the bank said so',
    ],
  },
  {
    what: 'Errors by cause, source and step, in words for the customer',
    tests: [
      'failed: advice follows the decline',
      'a failure carries Plural’s code to the merchant and advice to the customer, never Plural’s words',
      '3.3.3 Error Suggestion: a refused code comes with what to do',
    ],
  },
  {
    what: 'Shop, amount, masked card, bank and network above the field',
    tests: [
      'shows merchant, amount in rupees, and the card by its last digits',
      'what is shown is the amount with its fee, the card as Plural names it, and the merchant',
    ],
  },
  {
    what: 'Masked destination of the OTP',
    tests: [
      'its hint says where to look when the backend knows, masked, and nothing of it otherwise',
      'where the code is likely to go is shown masked; unmasked it is refused before anything is sent',
      'the page’s own label, hint and attributes stay, and an error is described before them',
    ],
  },
  {
    what: 'Language packs, loaded when needed',
    tests: [
      'a locale file works beside the single file and beside the import, whichever comes first: /after',
      'words that come late are put in place: what was typed, caret, focus and wait stay, and nothing is said or asked',
      'the step itself asks for no words, also when they are missing',
      'a named language without words: English, and one warning per tag that says which file to load',
    ],
  },
  {
    what: 'Eleven Indian languages',
    tests: [
      'has every message of English and none beside, one for each plural category of the language',
      'says every message in its own script, and none in English',
      'in every state no word is cut, broken or left in English, and every target stays 24 px high: ta',
      'the letters of ta are drawn from a font of their script, not as boxes',
    ],
    notHere: 'a native speaker’s review: device checks',
  },
  {
    what: 'Right to left',
    tests: [
      'right to left: the words of such a language run that way, the code never does',
      'right to left: a digit typed by real keys stands in the first cell, the next one right of it',
      'Urdu runs from the right; code, reference and amounts run from the left',
    ],
  },
  {
    what: 'Theming: custom properties, parts, states, dark',
    tests: [
      'colours, letters and corners follow the custom properties, and parts the page’s rules',
      'custom states follow the status',
      "dark: the page's own scheme is followed, and every text is readable (awaiting)",
      'every documented custom property has a probe here, and nothing else has',
      'every documented part is drawn in some state, and no other part is',
    ],
  },
  {
    what: 'Ready themes, light and dark',
    tests: [
      'calm, light: every text has 4.5:1 and more in every state',
      'stark, light: fields, cells, marks, buttons and focus rings have 3:1 and more',
      'warm: what the page sets itself wins over it, whatever comes first',
    ],
  },
  {
    what: 'A playground: every state, every theme, and the code for it',
    tests: [
      'playground: every status and every problem has a button, and each button shows its state',
      'playground: each knob changes the step, the code beside it and the address; the address alone brings it all back',
      'playground: the code for react passes its compiler, names what there is, and follows the knobs',
      'playground: the code for a script tag, on a page of its own, loads what it names and takes a payment to its end',
    ],
  },
  {
    what: 'Forced colours, reduced motion, 200 % and 400 % zoom, 24 px targets',
    tests: [
      'the cells keep their borders, and the code in them is not cut by a backplate',
      'reduced motion: nothing turns faster than once in five seconds, and nothing slides (submitting)',
      'nothing scrolls sideways, in any state',
      'letters twice as large (1.4.4): nothing scrolls sideways, in any state',
      '2.5.8 Target Size (Minimum): every target is at least 24 px high and wide, main buttons 44 px',
    ],
  },
  {
    what: 'WCAG 2.2 AA with a test for each criterion',
    tests: [
      '1.3.5 Identify Input Purpose: the field says that it takes a one-time code, made by us or adopted',
      '1.4.3 Contrast (Minimum): every text has 4.5:1 and more, in light and dark',
      '1.4.10 Reflow: at 320 px nothing scrolls sideways and nothing is cut off',
      '1.4.11 Non-text Contrast: fields, cells, marks and buttons have 3:1 and more, in light and dark',
      '1.4.12 Text Spacing: with the spacing a reader may set, no text is cut off or laid over another',
      '2.1.1 Keyboard: a payment goes from its first button to its end without any pointer',
      '2.2.1 Timing Adjustable: no limit of ours ends the step; half a day later the code can still be sent',
      '2.4.3 Focus Order: controls follow one another in the document as they do for the eye',
      '2.4.7 Focus Visible: each control that Tab reaches has a ring of 2 px and 3:1 (awaiting)',
      '2.4.11 Focus Not Obscured: in a window of 320 by 256 px each control comes into sight, under nothing',
      '2.5.8 Target Size (Minimum): every target is at least 24 px high and wide, main buttons 44 px',
      '3.2.6 Consistent Help: bank page, new code, giving up and the reference keep their order',
      '3.3.1 Error Identification: a refused code is named in words at the field, and the field is marked',
      '3.3.3 Error Suggestion: a refused code comes with what to do',
      '3.3.8 Accessible Authentication (Minimum): the code can be pasted or filled in, is shown as typed, and nothing else is asked',
      '4.1.2 Name, Role, Value: the engine itself gives each control its role, its words and its state',
      '4.1.3 Status Messages: news is told in a polite region that was there before, and the focus stays',
    ],
  },
  {
    what: 'A strict content security policy',
    tests: [
      'the one file takes a code under a policy that allows no inline style and no other script, without one violation',
    ],
  },
  {
    what: 'Enforced Trusted Types',
    tests: [
      'the one file takes a code under a policy that allows no inline style and no other script, without one violation',
    ],
  },
  {
    what: 'Integrity hash, self-hosting, provenance',
    tests: ['the component’s file was changed on the way: it does not run, and the bank’s page is offered'],
    notHere: 'provenance: it comes with publishing',
  },
  {
    what: 'A form-associated element, with validity, reset and restore',
    tests: [
      'inside a merchant’s form: Enter and buttons leave the form alone, and it neither lists, sends nor resets the code',
    ],
    notHere: 'on purpose: an OTP must not enter the shop’s form data, and no browser may restore it',
  },
  {
    what: 'Server rendering and declarative shadow DOM',
    tests: [
      'a shadow root that the server wrote is taken over, not drawn a second time, and the focus stays',
      'adds no node to the page’s markup before the first error, and then describes the field with it',
    ],
  },
  {
    what: 'Any framework, typed for each',
    tests: [
      'session and view as properties, a number as it is, and its event ends the payment',
      'a code typed before React came is kept, without a word in the console, and React’s event ends the payment',
      'React and Angular: app and README compile, and a wrong attribute, value, detail or event does not',
      'Vue: app and README compile, and a wrong attribute, value, detail or event does not',
      'Svelte: app and README compile, and a wrong attribute, value, detail or event does not',
      'nodes that a framework throws away come back with what was typed',
      'nothing is reflected to the host',
    ],
  },
  {
    what: 'Custom-elements manifest and editor data',
    tests: [
      'manifest: everything in it is described, and names published files alone',
      'manifest: slots and parts are those of the template',
      'editor data: VS Code and JetBrains know the tag, its attributes, events, parts and custom properties',
    ],
  },
  {
    what: 'Events for a funnel, without OTP or personal data',
    tests: ['every event bubbles and crosses shadow roots', 'no event carries the code'],
    notHere: 'whether an OTP was typed, pasted or filled in: not reported yet',
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
      'the demo command starts the sandbox and the shop, says where to go, and ends both',
      'the README server takes a payment from order to verdict, as it stands there',
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
    tests: ['a seal shows nothing of the payment', 'never leads to a URL from the request'],
  },
  {
    what: 'The handler binds sessions, limits attempts, checks origins and forbids caching',
    tests: [
      'every seal that does not open gets one and the same 401',
      'of 60 parallel submits of different acts never two are upstream at once, and at most 5 in all',
      'that are not listed get no leave, not even to read the refusal',
      'every answer carries the guarding headers, also a refusal',
    ],
  },
  {
    what: 'The order decides, not the response to the submit',
    tests: [
      'the order decides, whatever the return says',
      'what it says is not believed: the order decides',
      'right code: checking, confirming, and authorized only when the backend says so',
    ],
  },
  {
    what: 'The same state after the bank’s page, a reload, or in a second tab',
    tests: [
      'back from the bank’s page without deciding: the field is there again, and no code is asked for',
      'reloaded while a code is awaited: the field is there again, and no second code is sent',
      'a second tab stands where the first one stands, and sends no code of its own',
    ],
  },
  {
    what: 'Room for a password manager’s badge, or opting out of it',
    tests: ['password managers are told to leave the field alone, and their badge has room behind the last digit'],
  },
  {
    what: 'Safe under page translation',
    tests: ['a page translator may take every word but the code and the reference'],
  },
  {
    what: 'Texts for every channel a bank uses',
    tests: ['its hint names every way the bank may send the code, merchant and amount to compare, and promises no way'],
  },
  {
    what: 'The OTP in no URL, storage, log, event or analytics',
    tests: [
      'the code is in no URL, storage, cookie, attribute, title or console line',
      'no event carries the code',
      'no OTP, card number, CVV or token is in a record, an event, a problem, an answer or an error, on any path',
    ],
  },
];
