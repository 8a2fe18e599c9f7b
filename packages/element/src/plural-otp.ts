import type { FlowState, OtpTransport } from '@plural-otp/flow';
import type { EntryManner, PaymentView } from '@plural-otp/flow/contract';
import { type CSSResult, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import {
  english,
  isFinal,
  maxOtpLength,
  type Messages,
  type OtpError,
  secondsUntil,
} from '@plural-otp/flow/presentation';
import { createEvents, PluralOtpErrorEvent, PluralOtpReadyEvent, PluralOtpRedirectEvent } from './events.ts';
import { createFlowController, type FlowController } from './flow-controller.ts';
import { cellCount, formatCodeError, validateCode } from './field/validate-code.ts';
import { createInternals, type HostInternals } from './internals.ts';
import { createFocusController, type FocusController } from './focus-controller.ts';
import { EntryNotes } from './field/entry-note.ts';
import { createLightField, type LightField } from './field/light-field.ts';
import { styles } from './plural-otp.styles.ts';
import { type Action, idleState, toOtpHints, type ViewModel, toViewModel } from './view/view-model.ts';
import { createAnnouncer, type Announcer } from './view/announcer.ts';
import { renderStep } from './view/template.ts';
import { WebOtpListener } from './field/web-otp.ts';
import { createLocalizer, type Localizer } from './locale/localizer.ts';
import { reportMisuse, warnOnce } from './misuse.ts';

/**
 * Attributes of properties in lower case. Frameworks write them when they render before the element is defined, and HTML
 * gives its own attributes no hyphens.
 */
const otherSpellings: Readonly<Record<string, string>> = {
  otplength: 'otp-length',
  headinglevel: 'heading-level',
  webotp: 'web-otp',
  nonotes: 'no-notes',
};

/** The `client` that the backend's `startPayment` or `resumePayment` returns. */
export interface PluralOtpClient {
  /** Sealed session of the payment. */
  readonly session: string;
  /** First view, rendered without a request. */
  readonly view?: PaymentView | undefined;
}

/**
 * The OTP step of one card payment. Requests a code from the bank, submits what the customer types, and follows the
 * payment until the backend knows its outcome.
 *
 * Starts by itself when it is visible and has a session. Stores no secret, and no code outside its one input.
 *
 * @summary `<plural-otp endpoint="/plural">` with the `client` from the backend's `startPayment`.
 *
 * @example
 * ```ts
 * import '@plural-otp/element';
 *
 * const pay = document.querySelector<HTMLButtonElement>('#pay')!;
 * const step = document.querySelector('plural-otp')!;
 *
 * pay.addEventListener('click', async () => {
 *   // One id per cart: a reload, Back or a second press is the same payment.
 *   const cart: string = (sessionStorage['cart'] ??= crypto.randomUUID());
 *   const response = await fetch('/pay', { method: 'POST', body: JSON.stringify({ cart }) }); // calls startPayment
 *   if (response.ok) step.client = await response.json();
 * });
 * step.addEventListener('plural-otp-authorized', ({ detail }) => {
 *   delete sessionStorage['cart']; // the next cart is another order
 *   location.assign(`/thank-you?reference=${detail.reference}`);
 * });
 * ```
 *
 * @attr {string} endpoint - Base path of the backend's handler.
 * @attr {string} session - Sealed session of the payment. Prefer the property, which keeps it out of the markup.
 * @attr {number} otp-length - Number of digits, 4 to 8: renders that many cells. Without it, one field takes 4 to 8 digits.
 * @attr {number} heading-level - Level of the headings on the page. Defaults to 2.
 * @attr {boolean} autosubmit - Submits a code that was pasted or filled in at once, at most once for each code sent.
 * @attr {boolean} web-otp - Reads the code from an origin-bound text message, in browsers that have WebOTP.
 * @attr {boolean} no-notes - Sends no note on how a code was entered, and does not report that the page is left.
 * @attr {boolean} manual - Starts by `start()` or its own button instead of by itself.
 * @attr {string} lang - Language of the messages, if a file `locales/….js` registered it. Defaults to the page's language, then English.
 * @attr {boolean} autofocus - Focuses the field when it is first rendered, unless the focus is elsewhere on the page.
 *
 * @slot label - The field's `<label>`. Created when the page supplies none.
 * @slot input - The field's `<input>`. Created when the page supplies none.
 * @slot hint - Help with the code, read out with the field.
 * @slot error - The validation error, filled by the element.
 * @slot summary - Replaces the payment's summary.
 * @slot issuer - Replaces the letters that stand for the bank, for example by its logo. Its name is next to it.
 * @slot network - Replaces the card network's name, for example by its mark with a text alternative.
 * @slot pay-again - The page's own button or link, rendered when another payment on the order is allowed.
 * @slot trust - A line of the page's own below the step, for example on how it keeps the payment safe.
 *
 * @fires {PluralOtpReadyEvent} plural-otp-ready - Emitted once for a payment, when the step shows more than that it waits.
 * @fires {PluralOtpStateEvent} plural-otp-state - Emitted when the status or the problem changes.
 * @fires {PluralOtpAuthorizedEvent} plural-otp-authorized - Emitted when the payment is paid, or authorized if it was pre-authorized.
 * @fires {PluralOtpFailedEvent} plural-otp-failed - Emitted when the payment is declined or out of attempts, or its order is cancelled.
 * @fires {PluralOtpSupersededEvent} plural-otp-superseded - Emitted when another payment paid the order.
 * @fires {PluralOtpCancelledEvent} plural-otp-cancelled - Emitted when the customer cancels the payment.
 * @fires {PluralOtpUnresolvedEvent} plural-otp-unresolved - Emitted when the outcome is still unknown after a minute. Not an end.
 * @fires {PluralOtpExpiredEvent} plural-otp-expired - Emitted when the session no longer allows actions.
 * @fires {PluralOtpRedirectEvent} plural-otp-redirect - Emitted before the step leaves for the bank's page. Cancelable.
 * @fires {PluralOtpErrorEvent} plural-otp-error - Emitted when the page or its backend uses the step wrongly, with words for developers.
 *
 * @csspart base - The step's wrapper.
 * @csspart summary - The summary: bank, amount, merchant and card.
 * @csspart issuer - The letters that stand for the bank.
 * @csspart merchant - The merchant's name.
 * @csspart amount - The amount, including any fee.
 * @csspart card - The bank, the last digits and the network of the card.
 * @csspart network - The name or the mark of the network.
 * @csspart field - The wrapper around the input.
 * @csspart slot - One of the cells behind the input.
 * @csspart button - Any button or link of the step.
 * @csspart large - A full-size button, as opposed to one drawn as a text link.
 * @csspart primary - The one button that stands out.
 * @csspart submit - The button that submits the code.
 * @csspart resend - The button that requests another code.
 * @csspart bank - The link to the bank's page.
 * @csspart check - The button that polls the payment now.
 * @csspart start - The button that starts or restarts the step.
 * @csspart cancel - The button that cancels the payment.
 * @csspart newer - The button that opens the field of an unresolved payment.
 * @csspart reload - The button that reloads an expired page.
 * @csspart timer - The time left until another code can be requested.
 * @csspart message - A note or a panel.
 * @csspart note - A note next to the field.
 * @csspart panel - The icon, title and text of a state.
 * @csspart busy - The panel of an action in flight.
 * @csspart success - The panel of a payment that succeeded.
 * @csspart danger - The panel of a payment that failed.
 * @csspart neutral - The panel of a payment that the customer cancelled.
 * @csspart warning - The panel of an outcome that is unknown or needs attention.
 * @csspart icon - The icon of a panel.
 * @csspart title - The heading of a panel.
 * @csspart reference - The payment's support reference.
 *
 * @cssprop --plural-otp-accent - The color of the primary button, links and focus rings.
 * @cssprop --plural-otp-on-accent - The text color on the primary button. Defaults to black or white, whichever has more contrast.
 * @cssprop --plural-otp-surface - The background.
 * @cssprop --plural-otp-text - The text color.
 * @cssprop --plural-otp-quiet-opacity - The opacity of secondary text, 0 to 1.
 * @cssprop --plural-otp-danger - The color of errors.
 * @cssprop --plural-otp-success - The color of success.
 * @cssprop --plural-otp-line - The color of the frame and of dividers.
 * @cssprop --plural-otp-field - The background of the field or its cells.
 * @cssprop --plural-otp-field-line - The border color of the field or its cells.
 * @cssprop --plural-otp-focus - The color of focus rings. Defaults to the accent.
 * @cssprop --plural-otp-font - The font family.
 * @cssprop --plural-otp-code-font - The font family of the code. All digits must have the same width.
 * @cssprop --plural-otp-font-size - The base font size, which all others scale with.
 * @cssprop --plural-otp-font-weight - The font weight of headings, label, code and buttons.
 * @cssprop --plural-otp-radius - The corner radius.
 * @cssprop --plural-otp-border-width - The border width of the field and of buttons.
 * @cssprop --plural-otp-space - The padding, and the gap between blocks.
 * @cssprop --plural-otp-field-block-size - The height of the field.
 * @cssprop --plural-otp-min-block-size - The minimum height, reserved before the script runs so that the page does not move.
 * @cssprop --plural-otp-max-inline-size - The maximum width.
 *
 * @cssstate idle - Applied before the step starts and until the first response. States are the statuses: one at a time.
 * @cssstate generating - Applied while a code is requested.
 * @cssstate awaitingOtp - Applied while the code can be typed.
 * @cssstate resending - Applied while another code is requested.
 * @cssstate submitting - Applied while a submitted code is in flight.
 * @cssstate confirming - Applied while the step polls for the outcome.
 * @cssstate redirecting - Applied while the step leaves for the bank's page.
 * @cssstate unresolved - Applied when the outcome is still unknown after a minute. Not an end.
 * @cssstate authorized - Applied when the payment is paid, or authorized if it was pre-authorized.
 * @cssstate failed - Applied when the payment is declined.
 * @cssstate exhausted - Applied when no attempts are left.
 * @cssstate superseded - Applied when another payment paid the order.
 * @cssstate cancelled - Applied when the customer cancelled the payment.
 */
export class PluralOtpElement extends LitElement {
  static override readonly properties: PropertyDeclarations = {
    endpoint: {},
    client: { attribute: false },
    session: {},
    otpLength: { attribute: 'otp-length', type: Number },
    headingLevel: { attribute: 'heading-level', type: Number },
    autosubmit: { type: Boolean },
    webOtp: { attribute: 'web-otp', type: Boolean },
    noNotes: { attribute: 'no-notes', type: Boolean },
    manual: { type: Boolean },
    view: { attribute: false },
    transport: { attribute: false },
    messages: { attribute: false },
    // `lang` stays the browser's own property, which sets the attribute. This entry only triggers an update.
    _lang: { attribute: 'lang' },
  };
  static override readonly styles: CSSResult[] = styles;

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...Object.keys(otherSpellings)];
  }

  declare endpoint: string;
  /** Session and first view, as `startPayment` and `resumePayment` return them. */
  declare client: PluralOtpClient | undefined;
  declare session: string | undefined;
  declare otpLength: number | undefined;
  /** Level of the headings, 1 to 6. */
  declare headingLevel: number | undefined;
  declare autosubmit: boolean;
  declare webOtp: boolean;
  declare noNotes: boolean;
  declare manual: boolean;
  /** First view from the backend, rendered without a request. Later views come from the backend: this one is used once. */
  declare view: PaymentView | undefined;
  /**
   * Custom transport to the backend, in place of `endpoint` and `session`. Create it once: another object polls the
   * payment again, and takes the next call while an action is in flight. After an end the end stays, until the other
   * object tells of another payment.
   */
  declare transport: OtpTransport | undefined;
  /** Messages of the page, which override those of the language. */
  declare messages: Partial<Messages> | undefined;

  readonly #internals: HostInternals = createInternals(this);
  readonly #announcer: Announcer = createAnnouncer(this);
  readonly #webOtpListener: WebOtpListener = new WebOtpListener(this, (code) => {
    const isFree = !this.#field.code || this.#isRejected;
    if (isFree && !this.#viewModel?.pausedText) this.#field.fill(code);
  });
  readonly #flow: FlowController = createFlowController(this, {
    onChange: (state, previous) => this.#onStateChange(state, previous),
    warn: (message) => this.#warn(message),
  });
  readonly #field: LightField = createLightField(this, {
    maxDigits: () => this.#cellCount || maxOtpLength,
    startsAnew: () => this.#isRejected && this.#cellCount > 0,
    hints: () => toOtpHints(this.#flow.state, this.#cellCount),
    onEnter: () => this.submit(),
    onChange: (by) => this.#onInput(by),
    onParseError: (error) => this.#showError(error),
  });
  readonly #notes: EntryNotes = new EntryNotes(this, (note) => note && this.#flow.flow?.away(note));
  readonly #focus: FocusController = createFocusController(this, this.#field);
  readonly #localize: Localizer = createLocalizer(this);
  #messages: Messages = english;
  #viewModel: ViewModel | undefined;
  /** State that `#viewModel` was made from. */
  #renderedState: FlowState = idleState;
  /** Whole seconds until another code can be requested; 0 without a wait. */
  #secondsLeft = 0;
  #codeError: OtpError | undefined;
  /** True when the bank rejected the code in the field and it was not edited since. */
  #isRejected = false;
  /** True when the customer has opened the field of an unresolved payment. */
  #hasNewerOtp = false;
  /** True when a code was submitted automatically since the last one was sent. */
  #autosubmitted = false;
  /** True when an action was pressed that no flow could take. */
  #isPressed = false;
  /** True when this payment was reported as ready. */
  #isReady = false;
  readonly #warned = new Set<string>();
  /** Reference of the payment that the code in the field belongs to. */
  #reference: string | undefined;

  constructor() {
    super();
    this.endpoint = '/plural';
    this.autosubmit = this.webOtp = this.noNotes = this.manual = false;
    this.#internals.setState(idleState.status);
  }

  /** Starts a `manual` step, or retries after a problem at the start. */
  start(): void {
    // Applies properties that were set in the same task and are not rendered yet.
    this.#configure();
    this.#flow.start();
    const { flow } = this.#flow;
    this.#isPressed = !flow;
    if (!flow?.state.online) this.#announcer.announce(flow ? this.#messages.offline : this.#messages.wait);
  }

  /** Submits the code in the field. Shows a validation error instead, or announces why no code is accepted now. */
  submit(): void {
    this.#submit();
  }

  /** Requests another code. During the bank's waiting time, announces the seconds left instead. */
  resend(): void {
    if (!this.#announcer.announceWait(this.#messages)) this.#act('resend');
  }

  /**
   * Leaves for the bank's page, as a click on its link does. `navigate: false` tells the backend alone that the customer
   * leaves, for a page that opens `challengeUrl` in its own way.
   */
  redirect({ navigate = true }: { readonly navigate?: boolean } = {}): void {
    if (navigate) this.renderRoot.querySelector<HTMLAnchorElement>('a[part~=bank]')?.click();
    else this.#flow.flow?.redirect();
  }

  /** Cancels the payment, if the backend still allows it. */
  cancel(): void {
    this.#act('cancel');
  }

  /** Polls the payment now. */
  check(): void {
    this.#act('check');
  }

  /** Focuses the field, or the heading when there is no field. */
  override focus(options?: FocusOptions): void {
    (this.#viewModel?.can.submit ? this.#field.input : this.renderRoot.querySelector<HTMLElement>('h2'))?.focus(
      options,
    );
  }

  override attributeChangedCallback(name: string, previous: string | null, value: string | null): void {
    super.attributeChangedCallback(otherSpellings[name] ?? name, previous, value);
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    // The content of a declarative shadow root would otherwise stay next to the rendered one.
    this.shadowRoot?.replaceChildren();
    return super.createRenderRoot();
  }

  protected override willUpdate(): void {
    this.#configure();
    const { state, flow } = this.#flow;
    const messages = this.#localize(this.messages);
    reportMisuse(this, (message) => this.#warn(message));
    this.#isPressed &&= !flow;
    const stateView = toViewModel(this.#isPressed ? { ...state, busy: 'start' } : state, messages, {
      manual: this.manual,
      adopted: this.#field.adopted,
      isConnected: Boolean(flow),
      hasNewerOtp: this.#hasNewerOtp,
    });
    const error =
      stateView.can.submit && this.#codeError && formatCodeError(this.#codeError, this.#cellCount, messages);
    const viewModel = error ? { ...stateView, error } : stateView;
    // The same view in another language is not a change: nothing is announced, and the focus stays.
    const isTranslation = messages !== this.#messages && state === this.#renderedState;
    const previous = isTranslation && this.#viewModel ? viewModel : this.#viewModel;
    this.#messages = messages;
    this.#renderedState = state;
    this.#viewModel = viewModel;
    const waits = viewModel.can.resend && flow && state.resendAtMs !== undefined;
    const secondsLeft = waits ? secondsUntil(state.resendAtMs, flow.now()) : undefined;
    this.#secondsLeft = secondsLeft ?? 0;
    this.#announcer.update(viewModel, previous, messages, secondsLeft);
    this.#focus.update(viewModel, previous);
    this.#webOtpListener.update(viewModel.can.submit && this.webOtp);
  }

  protected override render(): TemplateResult {
    return renderStep({
      state: this.#flow.state,
      viewModel: this.#viewModel!,
      messages: this.#messages,
      cells: this.#cellCount,
      activeCell: this.#isRejected ? 0 : Math.min(this.#field.code.length, this.#cellCount - 1),
      isAdopted: this.#field.adopted,
      headingLevel: this.headingLevel || 2,
      secondsLeft: this.#secondsLeft,
      onAction: (action, event) => this.#onAction(action, event),
      onSlotChange: this.#field.attach,
    });
  }

  protected override updated(): void {
    const { can, label, hint, error, title, tone, pausedText } = this.#viewModel!;
    const { status, reference, busy } = this.#flow.state;
    this.#notes.update(busy !== undefined || status !== 'idle', can.submit && !pausedText);
    if (can.submit) {
      this.#notes.begin();
      const { language } = this.#messages;
      this.#field.show({ label, hint, error, language });
      this.#field.hold(status === 'submitting' || status === 'resending');
    }
    this.#internals.setLabel(this.#messages.step);
    this.#announcer.flush(this.#focus.flush() ? title : undefined);
    if (this.#isReady || tone === 'busy') return;
    this.#isReady = true;
    this.dispatchEvent(new PluralOtpReadyEvent({ reference }));
  }

  get #cellCount(): number {
    return cellCount(this.otpLength);
  }

  #configure(): void {
    const { transport, endpoint, client, manual } = this;
    const { session, view } = client ?? this;
    this.#flow.configure({ transport, endpoint, session, view, manual });
  }

  /** Tells the page's developer what is wrong: each message once, as an event, and in the console. */
  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    warnOnce(message);
    const { reference } = this.#flow.state;
    this.dispatchEvent(new PluralOtpErrorEvent({ reference, message }));
  }

  /** Runs an action of the customer, or announces why it cannot run now. Returns true when it was sent. */
  #act(action: 'submit' | 'resend' | 'cancel' | 'check'): boolean {
    const { flow } = this.#flow;
    const { wait, offline } = this.#messages;
    if (!flow) {
      this.#warn('there is no session: set "client"');
      this.#isPressed = true;
    }
    const busy = flow?.state.busy;
    // The flow of another session knows no step before its first response.
    const isKnown = (action !== 'submit' && action !== 'resend') || flow?.state.next.includes(action);
    if (!flow?.state.online) this.#announcer.announce(flow ? offline : wait);
    else if ((busy && busy !== 'check') || !isKnown) this.#announcer.announce(wait);
    else if (action === 'submit') flow.submit(this.#field.code, this.#notes.read());
    else flow[action]();
    return flow?.state.busy === action;
  }

  /** Returns true when the code was sent. */
  #submit(): boolean {
    const { can, pausedText } = this.#viewModel ?? {};
    // The start of `submitting` was announced already.
    if (pausedText && can?.submit && this.#flow.state.status !== 'submitting') this.#announcer.announce(pausedText);
    if (pausedText || !can?.submit) return false;
    const error = validateCode(this.#field.code, this.#cellCount, this.#isRejected);
    if (!error) return this.#act('submit');
    this.#showError(error);
    return false;
  }

  #onAction(action: Action, event: Event): void {
    if (action === 'bank') this.#onRedirectClick(event as MouseEvent);
    else {
      this.#focus.press();
      if (action === 'reload') location.reload();
      else if (action === 'newer') this.#openField();
      else this[action]();
    }
  }

  #onStateChange(state: FlowState, previous: FlowState): void {
    const { status, notice, reference = this.#reference, problem } = state;
    const { status: before } = previous;
    this.#internals.setState(status);
    this.#codeError = undefined;
    if (status !== 'unresolved' && status !== 'submitting' && status !== 'resending') this.#hasNewerOtp = false;
    const isNewCode = notice !== undefined && notice !== previous.notice;
    const isResent = isNewCode && notice === 'otpResent';
    const isOtherPayment = this.#reference !== undefined && reference !== this.#reference;
    this.#reference = reference;
    if (isResent || isOtherPayment || isFinal(state)) this.#field.clear();
    if (isNewCode || isOtherPayment) this.#isRejected = this.#autosubmitted = false;
    if (isNewCode || isOtherPayment) this.#notes.reset(isOtherPayment);
    if (isOtherPayment) this.#isReady = false;
    if (isResent) this.#focus.request('field');
    if (status === 'submitting' && before !== status) this.#announcer.announce(this.#messages.submitting);
    const isRejected = (before === 'submitting' || before === 'confirming') && problem?.code === 'OTP_NOT_ACCEPTED';
    if (isRejected) {
      this.#isRejected = true;
      this.#focus.request('code');
    }
    if (isNewCode || isRejected || isOtherPayment) this.#webOtpListener.expect();
    for (const event of createEvents(state, previous)) this.dispatchEvent(event);
  }

  #showError(error: OtpError): void {
    // A new error is announced when it is rendered. A repeated one changes nothing there and is announced here.
    if (error === this.#codeError && this.#viewModel) this.#announcer.announce(this.#viewModel.error);
    this.#codeError = error;
    this.#focus.request('field');
    this.requestUpdate();
  }

  #onInput(by: EntryManner): void {
    this.#isRejected = false;
    this.#codeError = undefined;
    // The error goes, and the next cell is marked.
    this.requestUpdate();
    const { length } = this.#field.code;
    this.#notes.change(by, length);
    // Without a known length, four or five digits may be half a code.
    const isComplete = this.#cellCount ? length === this.#cellCount : length >= 6;
    if (by !== 'typed' && isComplete && this.autosubmit && !this.#autosubmitted) this.#autosubmitted = this.#submit();
  }

  #openField(): void {
    this.#hasNewerOtp = true;
    this.#focus.request('field');
    this.requestUpdate();
  }

  #onRedirectClick(event: MouseEvent): void {
    const { bankUrl } = this.#viewModel ?? {};
    const { reference } = this.#flow.state;
    if (!bankUrl) return;
    const proceeds = this.dispatchEvent(new PluralOtpRedirectEvent({ reference, challengeUrl: bankUrl }));
    const inTab = event.button === 1 || event.ctrlKey || event.metaKey || event.shiftKey;
    if (proceeds) this.#flow.flow?.redirect({ inTab });
    else event.preventDefault();
  }
}
