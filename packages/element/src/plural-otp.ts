import type { FlowState, FlowStatus, OtpTransport } from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';
import {
  type CSSResultGroup,
  LitElement,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { cellCount, type CodeError, validateCode, formatCodeError } from './field/validate-code.ts';
import { secondsUntil } from './view/countdown.ts';
import { maxOtpLength } from './field/parse-code.ts';
import { createEvents, PluralOtpRedirectEvent } from './events.ts';
import { createFlowController, type FlowController } from './flow-controller.ts';
import { createLightField, type LightField } from './field/light-field.ts';
import { english, type Messages } from './locale/messages.ts';
import { styles } from './plural-otp.styles.ts';
import { idleState, isEnd, type ViewModel, toViewModel } from './view/view-model.ts';
import { Announcer } from './view/announcer.ts';
import { renderStep } from './view/template.ts';
import { WebOtpListener } from './field/web-otp.ts';
import { createLocalizer, type Localizer } from './locale/localizer.ts';

/**
 * The bank-OTP step of one card payment: asks for the code the bank sends, and stays with the customer until the
 * backend knows what became of the payment.
 *
 * Starts by itself once it is in sight and has a session. Holds no secret and no code beyond its one input.
 *
 * @summary `<plural-otp endpoint="/plural">` with its `session` from the backend's `startPayment`.
 *
 * @attr {string} endpoint - Base path of the backend's handler; `/plural` unless given.
 * @attr {string} session - The sealed session; better given as the property, so that it stays out of the markup.
 * @attr {number} otp-length - 4 to 8: draws that many cells and takes exactly as many digits. Without it, one field for 4 to 8.
 * @attr {boolean} autosubmit - Submits a code that was filled in or pasted whole, once per code sent.
 * @attr {boolean} web-otp - Asks the browser for the code of an origin-bound message (WebOTP).
 * @attr {boolean} manual - Waits for `start()` or its own button.
 * @attr {string} lang - The language of the words, of those registered by `locales/….js`; else the page's own, else English.
 * @attr {boolean} autofocus - Focuses the field when it is first shown, unless the customer is elsewhere on the page.
 *
 * @slot label - The field's `<label>`; made when the page sends none.
 * @slot input - The field's `<input>`; made when the page sends none.
 * @slot hint - Help with the code; read out with the field.
 * @slot error - What is wrong with the code; filled by the element.
 * @slot summary - Instead of the payment's summary.
 * @slot issuer - Instead of the bank's name, for example its logo with a text alternative.
 * @slot network - Instead of the card network's name.
 * @slot pay-again - The page's own button or link, shown where another payment on the order is allowed.
 *
 * @fires {PluralOtpStateEvent} plural-otp-state - Status or problem changed.
 * @fires {PluralOtpAuthorizedEvent} plural-otp-authorized - Paid, or held when pre-authorised.
 * @fires {PluralOtpFailedEvent} plural-otp-failed - Declined, out of attempts, called off, or paid by another payment.
 * @fires {PluralOtpCancelledEvent} plural-otp-cancelled - Given up by the customer.
 * @fires {PluralOtpUnresolvedEvent} plural-otp-unresolved - The bank has not answered for a minute; not an end.
 * @fires {PluralOtpExpiredEvent} plural-otp-expired - The session takes no more acts.
 * @fires {PluralOtpRedirectEvent} plural-otp-redirect - About to leave for the bank's page; cancelable.
 *
 * @csspart base - The step.
 * @csspart summary - Merchant, amount and card.
 * @csspart merchant - The merchant's name.
 * @csspart amount - The amount, with any fee.
 * @csspart card - Bank, network and last digits.
 * @csspart field - The frame of the input.
 * @csspart slot - One drawn cell.
 * @csspart button - Every button and link of the step.
 * @csspart large - A full-size button, as opposed to one drawn as a text link.
 * @csspart primary - The one button that stands out.
 * @csspart submit - Sends the code.
 * @csspart resend - Asks for another code.
 * @csspart bank - Leads to the bank's page.
 * @csspart check - Asks how the payment stands.
 * @csspart start - Begins, or begins again.
 * @csspart cancel - Gives the payment up.
 * @csspart timer - Time left until another code may be asked for.
 * @csspart message - A note or a panel.
 * @csspart note - News beside the field.
 * @csspart panel - Mark, title and text of a state.
 * @csspart busy - The panel of what is under way.
 * @csspart success - The panel of a payment that succeeded.
 * @csspart danger - The panel of a payment that failed.
 * @csspart warning - The panel of an outcome that is unknown or needs attention.
 * @csspart icon - The icon of a panel.
 * @csspart title - The heading of a panel.
 * @csspart reference - The payment's reference for support.
 *
 * @cssprop --plural-otp-accent - Main button, links and focus.
 * @cssprop --plural-otp-on-accent - Text on the main button.
 * @cssprop --plural-otp-surface - Background.
 * @cssprop --plural-otp-text - Text.
 * @cssprop --plural-otp-quiet-opacity - Opacity of what matters less, 0 to 1.
 * @cssprop --plural-otp-danger - What went wrong.
 * @cssprop --plural-otp-success - What went right.
 * @cssprop --plural-otp-line - Frame and dividing lines.
 * @cssprop --plural-otp-field - Background of the field or its cells.
 * @cssprop --plural-otp-field-line - Border of the field or its cells.
 * @cssprop --plural-otp-focus - Ring around what has the focus; the accent unless given.
 * @cssprop --plural-otp-font - Font family.
 * @cssprop --plural-otp-code-font - Font family of the code; its digits must be equally wide.
 * @cssprop --plural-otp-font-size - The size that all others follow.
 * @cssprop --plural-otp-font-weight - Font weight of headings, label, code and buttons.
 * @cssprop --plural-otp-radius - Corner radius.
 * @cssprop --plural-otp-border-width - Border width of field and buttons.
 * @cssprop --plural-otp-space - Room around and between things.
 * @cssprop --plural-otp-field-block-size - Height of the field.
 * @cssprop --plural-otp-min-block-size - Room kept from before the script runs, so that the page stays where it is.
 * @cssprop --plural-otp-max-inline-size - Width.
 *
 * @cssstate idle - Not begun, or waiting for the first answer. States are the statuses: one at a time.
 * @cssstate generating - The bank is asked for a code.
 * @cssstate awaitingOtp - The code may be typed.
 * @cssstate resending - Another code is asked for.
 * @cssstate submitting - The code is on its way.
 * @cssstate confirming - The order is asked how the payment ended.
 * @cssstate redirecting - On the way to the bank's page.
 * @cssstate unresolved - The bank has not answered for a minute; not an end.
 * @cssstate authorized - Paid, or held when pre-authorised.
 * @cssstate failed - Declined.
 * @cssstate exhausted - Out of attempts.
 * @cssstate superseded - Paid by another payment.
 * @cssstate cancelled - Given up by the customer.
 */
export class PluralOtpElement extends LitElement {
  static override properties: PropertyDeclarations = {
    endpoint: {},
    session: {},
    otpLength: { attribute: 'otp-length', type: Number },
    autosubmit: { type: Boolean },
    webOtp: { attribute: 'web-otp', type: Boolean },
    manual: { type: Boolean },
    view: { attribute: false },
    transport: { attribute: false },
    messages: { attribute: false },
    // `lang` itself stays the browser's own property, which sets the attribute; this one only has it looked at.
    _lang: { attribute: 'lang' },
  };
  static override styles: CSSResultGroup = styles;

  declare endpoint: string;
  declare session: string | undefined;
  declare otpLength: number | undefined;
  declare autosubmit: boolean;
  declare webOtp: boolean;
  declare manual: boolean;
  /** A first view from the backend, drawn without a request. */
  declare view: PaymentView | undefined;
  /** Instead of `endpoint` and `session`: the page's own way to its backend. */
  declare transport: OtpTransport | undefined;
  /** Words of the page's own, over those of the language. */
  declare messages: Partial<Messages> | undefined;

  readonly #internals: ElementInternals | undefined;
  readonly #announcer: Announcer = new Announcer();
  readonly #webOtpListener: WebOtpListener = new WebOtpListener();
  readonly #flow: FlowController = createFlowController(this, (state, previous) =>
    this.#onStateChange(state, previous),
  );
  readonly #field: LightField = createLightField(this, {
    maxDigits: () => this.#cellCount || maxOtpLength,
    onEnter: () => this.submit(),
    onChange: (isComplete) => this.#onInput(isComplete),
    onParseError: (reason) => this.#showError(reason),
  });
  readonly #localize: Localizer = createLocalizer(this);
  #messages: Messages = english;
  #viewModel: ViewModel | undefined;
  /** The state `#viewModel` shows. */
  #renderedState: FlowState = idleState;
  #codeError: CodeError | undefined;
  /** Nothing was typed since the bank refused what stands in the field. */
  #isRejected = false;
  #autosubmitted = false;
  /** Of the payment whose code may stand in the field. */
  #reference: string | undefined;
  #secondsLeft = 0;
  #hadFocus = false;
  #pendingFocus: 'code' | 'field' | 'title' | undefined;

  constructor() {
    super();
    this.endpoint = '/plural';
    this.autosubmit = this.webOtp = this.manual = false;
    this.#internals = this.attachInternals?.();
    if (this.#internals) this.#internals.role = 'group';
    this.#setCustomState(idleState.status);
  }

  /** Begins a `manual` step, or tries again after a problem at the start. */
  start(): void {
    // A source that was set just now, in the same task, is the one that is meant.
    this.#configure();
    this.#flow.start();
  }

  /** Submits the code in the field; says instead what is wrong with it, or why none is taken now. */
  submit(): void {
    const { can, pausedText } = this.#viewModel ?? {};
    if (!can?.submit) return;
    if (pausedText) {
      // While a code is checked that was just said.
      if (this.#flow.state.status === 'submitting') return;
      this.#announcer.announce(pausedText);
      this.requestUpdate();
      return;
    }
    const { code } = this.#field;
    const fault = validateCode(code, this.#cellCount, this.#isRejected);
    if (fault) this.#showError(fault);
    else this.#flow.flow?.submit(code);
  }

  /** Asks for another code; before the bank's waiting time is over, says how long that is. */
  resend(): void {
    if (!this.#secondsLeft) this.#flow.flow?.resend();
    else {
      this.#announcer.announceWait(this.#secondsLeft, this.#messages);
      this.requestUpdate();
    }
  }

  /** Goes to the bank's page, as a click on its link does. */
  redirect(): void {
    this.renderRoot.querySelector<HTMLAnchorElement>('a[part~=bank]')?.click();
  }

  /** Gives the payment up, where the backend still allows it. */
  cancel(): void {
    this.#flow.flow?.cancel();
  }

  /** Asks the backend now how the payment stands. */
  check(): void {
    this.#flow.flow?.check();
  }

  /** Focuses the field, or else what the step says now. */
  override focus(options?: FocusOptions): void {
    (this.#viewModel?.can.submit ? this.#field.input : this.renderRoot.querySelector<HTMLElement>('h2'))?.focus(
      options,
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#webOtpListener.stop();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    // A declarative shadow root would otherwise stay beside ours.
    this.shadowRoot?.replaceChildren();
    return super.createRenderRoot();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { manual } = this;
    this.#hadFocus = this.matches(':focus-within');
    this.#configure();
    const { state, flow } = this.#flow;
    const words = this.#localize(this.messages);
    const drawn = toViewModel(state, words, manual, this.#field.adopted);
    const error = this.#codeError && drawn.can.submit && formatCodeError(this.#codeError, this.#cellCount, words);
    const screen = error ? { ...drawn, error } : drawn;
    // The same in other words is no news: nothing is said again, and the focus stays.
    const translated = words !== this.#messages && state === this.#renderedState;
    const before = translated && this.#viewModel ? screen : this.#viewModel;
    this.#messages = words;
    this.#renderedState = state;
    this.#viewModel = screen;
    this.#announcer.announceChanges(screen, before, words);
    const waits = screen.can.resend && flow && state.resendAtMs !== undefined;
    const left = waits ? secondsUntil(state.resendAtMs, flow.now()) : undefined;
    this.#announcer.updateWait(left, words);
    this.#secondsLeft = left ?? 0;
    if (screen.title && screen.title !== before?.title) this.#pendingFocus ??= 'title';
    else if (screen.can.submit && !before?.can.submit) this.#pendingFocus ??= 'field';
    if (!screen.can.submit || !this.webOtp) this.#webOtpListener.stop();
    else if (!before?.can.submit || changed.has('webOtp')) void this.#fillFromWebOtp();
  }

  protected override render(): TemplateResult {
    return renderStep({
      state: this.#flow.state,
      viewModel: this.#viewModel!,
      messages: this.#messages,
      cells: this.#cellCount,
      secondsLeft: this.#secondsLeft,
      onAction: (action, event) => (action === 'bank' ? this.#onRedirectClick(event) : this[action]()),
      onSlotChange: this.#field.attach,
    });
  }

  protected override updated(): void {
    const screen = this.#viewModel;
    const { status } = this.#flow.state;
    if (screen?.can.submit) {
      const { label, language } = this.#messages;
      this.#field.show({ label, hint: screen.hint, error: screen.error, language });
      this.#field.setReadOnly(status === 'submitting' || status === 'resending');
    }
    if (this.#internals) this.#internals.ariaLabel = this.#messages.step;
    this.#moveFocus();
    this.#announcer.flush(this.renderRoot.querySelector('[role=status]'));
  }

  get #cellCount(): number {
    return cellCount(this.otpLength);
  }

  #configure(): void {
    const { transport, endpoint, session, view, manual } = this;
    this.#flow.configure({ transport, endpoint, session, view, manual });
  }

  #onStateChange(state: FlowState, previous: FlowState): void {
    const { status, notice, reference = this.#reference } = state;
    const { status: was } = previous;
    this.#setCustomState(status);
    this.#codeError = undefined;
    const newCode = notice !== undefined && notice !== previous.notice;
    const resent = newCode && notice === 'otpResent';
    const other = this.#reference !== undefined && reference !== this.#reference;
    this.#reference = reference;
    if (resent || other || isEnd(status)) this.#field.clear();
    if (newCode || other) this.#isRejected = this.#autosubmitted = false;
    if (resent) this.#pendingFocus = 'field';
    if (status === 'submitting' && was !== status) this.#announcer.announce(this.#messages.submitting);
    if ((was === 'submitting' || was === 'confirming') && state.problem?.code === 'OTP_NOT_ACCEPTED') {
      this.#isRejected = true;
      this.#pendingFocus = 'code';
    }
    for (const event of createEvents(state, previous)) this.dispatchEvent(event);
  }

  #setCustomState(status: FlowStatus): void {
    try {
      this.#internals?.states.clear();
      this.#internals?.states.add(status);
    } catch {
      // Browsers before 2024 have no states, or take dashed names only; nothing of ours depends on them.
    }
  }

  #showError(fault: CodeError): void {
    // A new one is spoken as it is shown; the same once more has to be said again.
    if (fault === this.#codeError && this.#viewModel) this.#announcer.announce(this.#viewModel.error);
    this.#codeError = fault;
    this.#pendingFocus = 'field';
    this.requestUpdate();
  }

  #onInput(isComplete: boolean): void {
    this.#isRejected = false;
    if (this.#codeError) {
      this.#codeError = undefined;
      this.requestUpdate();
    }
    if (!isComplete || !this.autosubmit || this.#autosubmitted) return;
    this.#autosubmitted = true;
    this.submit();
  }

  /** Moves the focus only where the customer's own deed led; never out of another part of the page. */
  #moveFocus(): void {
    const to = this.#pendingFocus;
    this.#pendingFocus = undefined;
    const { activeElement, body } = document;
    const free = !activeElement || activeElement === body;
    if (!to || !(this.#hadFocus || (free && (to === 'code' || this.autofocus)))) return;
    if (to === 'title') this.renderRoot.querySelector('h2')?.focus();
    else this.#field.focus(to === 'code');
  }

  #onRedirectClick(event: Event): void {
    const { bankUrl } = this.#viewModel ?? {};
    const { reference } = this.#flow.state;
    if (!bankUrl) return;
    const goes = this.dispatchEvent(new PluralOtpRedirectEvent({ reference, challengeUrl: bankUrl }));
    if (goes) this.#flow.flow?.redirect();
    else event.preventDefault();
  }

  async #fillFromWebOtp(): Promise<void> {
    const code = await this.#webOtpListener.receiveCode();
    if (code && !this.#field.code) this.#field.fill(code);
  }
}
