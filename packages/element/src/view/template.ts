/** Markup of the step's shadow root. */

import type { FlowState } from '@plural-otp/flow';
import {
  fill,
  formatCountdown,
  formatMoney,
  formatWait,
  toMonogram,
  type Messages,
} from '@plural-otp/flow/presentation';
import { html, nothing, type TemplateResult } from 'lit';
import { type Action, idleState, type ViewModel } from './view-model.ts';

/** Input of the template, and its callbacks. */
export interface TemplateProps {
  readonly state: FlowState;
  readonly viewModel: ViewModel;
  readonly messages: Messages;
  /** Number of drawn cells, or 0 for one plain field. */
  readonly cells: number;
  /** Cell that the next digit goes to. */
  readonly activeCell: number;
  readonly secondsLeft: number;
  /** True when the page sent the field, so that it was in sight before the script ran. */
  readonly isAdopted: boolean;
  /** Level of the headings. */
  readonly headingLevel: number;
  readonly onAction: (action: Action, event: Event) => void;
  readonly onSlotChange: () => void;
}

/** Data of the SVG paths of the icons; the spinner needs none. */
const icons: Partial<Record<ViewModel['tone'], string>> = {
  success: 'M5 12.5l4.5 4.5L19 7.5',
  danger: 'M7 7l10 10m0-10L7 17',
  warning: 'M12 6.5v6.5m0 4v.1',
  neutral: 'M7 12h10',
};

const icon = (path?: string, looks = ''): TemplateResult =>
  html`<svg class=${looks} part="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path pathLength="1" d=${path ?? nothing} />
  </svg>`;

/** Renders the summary; before the first response it reserves the space, so that nothing below it moves. */
function summary({ display }: FlowState, bank: string, messages: Messages): TemplateResult {
  const { merchantName, amount, fee, network, lastDigits } = display ?? {};
  return html`<slot name="summary"
    ><div class="summary" part="summary">
      ${
        display &&
        html`<slot name="issuer"><span class="tile" part="issuer" aria-hidden="true">${toMonogram(bank)}</span></slot>
          <div>
            <p>
              <b part="amount">${amount && formatMoney(amount, messages.money)}</b>
              <bdi class="quiet" part="merchant">${merchantName}</bdi>
            </p>
            <p class="quiet" part="card">
              <span
                ><bdi>${bank}</bdi>
                ${lastDigits && html`<span role="img" dir="ltr" aria-label="${messages.ending} ${lastDigits.replace(/\B/g, ' ')}">•• ${lastDigits}</span>`}</span
              >
              <slot name="network">${network && html`<span class="mark" part="network">${network}</span>`}</slot>
            </p>
            ${fee && html`<p class="quiet fee">${fill(messages.fee, { fee: formatMoney(fee, messages.money) })}</p>`}
          </div>`
      }
    </div></slot
  >`;
}

/** Renders the whole step. Nodes that can hold the focus keep their place from state to state. */
export function renderStep(props: TemplateProps): TemplateResult {
  const { state, viewModel, messages, cells, secondsLeft, onAction, onSlotChange } = props;
  const { primary, can, title, text, tone, bank, error, notice, reference, bankUrl, pausedText } = viewModel;
  const { status } = state;
  const submitting = status === 'submitting';
  const resending = status === 'resending';
  const offline = !state.online;
  // Every other action would be dropped until the one in flight has ended.
  const isPaused = offline || (state.busy !== undefined && state.busy !== 'check');
  // The bank's page among the other ways, and not as the main button.
  const hasLink = Boolean(bankUrl) && primary !== 'bank';
  const waits = resending || secondsLeft > 0;

  // A start waits until the network is back; any other action would be lost.
  const button = (
    action: Exclude<Action, 'bank'>,
    label: string,
    off = isPaused && !(offline && action === 'start'),
    looks = primary === action ? 'large primary' : 'large',
    spins = state.busy === action && looks.startsWith('large'),
  ): TemplateResult => {
    const classes = looks + (spins ? ' spin' : '');
    return html`<button
      class=${classes}
      part="button ${action} ${classes}"
      aria-disabled=${off || nothing}
      aria-describedby=${off && action === 'resend' ? 'wait' : nothing}
      @click=${(event: Event) => onAction(action, event)}
    >
      ${label}
    </button>`;
  };
  const link = (looks: string, label: string): TemplateResult =>
    html`<a
      class=${looks}
      part="button bank ${looks}"
      href=${bankUrl!}
      target="_top"
      rel="noreferrer"
      @click=${(event: Event) => onAction('bank', event)}
      @auxclick=${(event: MouseEvent) => event.button === 1 && onAction('bank', event)}
      >${label}</a
    >`;
  const slot = (name: string, hidden = false): TemplateResult =>
    html`<slot name=${name} ?hidden=${hidden} @slotchange=${onSlotChange}></slot>`;
  const heading = html`<h2 part="title" tabindex="-1" aria-level=${props.headingLevel}>${title}</h2>`;
  // An error gives way to what keeps the customer from correcting it.
  const news = error && !pausedText ? '' : notice;
  const isSent = news === messages.sentNow && secondsLeft > 0;

  // From the first paint on, so that the texts stay where they are once something is in flight.
  const hasIcon = tone === 'busy' || title !== messages.idle || state.problem;

  const panel = html`<div class="panel fade ${tone}" part="message panel ${tone}">
    ${
      status === 'confirming' && tone === 'busy'
        ? html`<ol>
            <li class="success">${icon(icons.success)} ${messages.stepSubmitted}</li>
            <li>${icon(undefined, 'turn')} ${heading}</li>
            <li class="quiet">${icon()} ${messages.stepReceipt}</li>
          </ol>`
        : html`${hasIcon ? icon(icons[tone], tone !== 'busy' ? '' : state === idleState ? 'rest' : 'turn') : nothing}
          ${heading}`
    }
    <p class="quiet">${text}</p>
  </div>`;

  return html`<div class="step" part="base" lang=${messages.language} dir=${messages.direction}>
      ${!state.display && (state.reference || can.start) ? nothing : summary(state, bank, messages)}
      <div class="main">
        ${title ? panel : nothing}
        ${
          can.submit
            ? html`<div class="entry ${props.isAdopted ? '' : 'fade'}">
                ${slot('label')}${slot('hint')}
                <div
                  class="field ${cells ? 'drawn' : ''} ${error ? 'invalid' : ''}"
                  part="field"
                  .style=${`--_n:${cells}`}
                >
                  <div class="slots">
                    ${Array.from({ length: cells }, (_, at) => html`<i part="slot" class=${at === props.activeCell ? 'at' : nothing}></i>`)}
                  </div>
                  <div class="clip">${slot('input')}</div>
                </div>
                <div class="status ${isSent ? 'success' : ''}">
                  ${
                    can.resend
                      ? html`<div class="resend">
                          ${button('resend', messages.resend, waits || isPaused, waits ? 'quiet' : '')}
                          <span class="quiet" part="timer" aria-hidden="true"
                            >${secondsLeft ? formatCountdown(secondsLeft) : ''}</span
                          >
                          <span id="wait" hidden>${secondsLeft ? formatWait(secondsLeft, messages) : ''}</span>
                        </div>`
                      : nothing
                  }
                  ${slot('error', news !== '' || !error)}
                  ${
                    news && (news !== messages.sentNow || isSent)
                      ? html`<p part="message note">${isSent ? icon(icons.success) : nothing}${news}</p>`
                      : !error && can.resend
                        ? html`<p class="quiet">${resending ? messages.resending : messages.noCodeYet}</p>`
                        : nothing
                  }
                </div>
              </div>`
            : notice && html`<p class="center" part="message note">${notice}</p>`
        }
        ${bankUrl && !hasLink ? link('large primary', viewModel.bankLabel) : nothing}
        ${can.start ? button('start', state.problem ? messages.retry : messages.start) : nothing}
        <div class="actions ${can.submit && primary === 'bank' ? 'one-row' : ''}">
          ${
            can.submit && !can.start
              ? button(
                  'submit',
                  submitting ? messages.submitting : viewModel.submitLabel,
                  pausedText !== '',
                  undefined,
                  submitting || undefined,
                )
              : nothing
          }
          ${can.check ? button('check', messages.check) : nothing}
          ${can.newer ? button('newer', messages.newerOtp) : nothing}
          ${can.reload ? button('reload', messages.reload) : nothing} ${can.payAgain ? slot('pay-again') : nothing}
          ${
            can.submit || can.cancel || hasLink
              ? html`<div class="ways">
                  ${hasLink ? link('', viewModel.bankLabel) : nothing}
                  ${can.cancel ? button('cancel', messages.cancelShort, isPaused, 'quiet') : nothing}
                </div>`
              : nothing
          }
        </div>
        ${
          reference &&
          html`<p class="quiet center" part="reference">
            ${messages.reference} <code translate="no" dir="ltr">${reference}</code>
          </p>`
        }
      </div>
      <div class="live" role="status"></div>
    </div>
    <slot name="trust"></slot>`;
}
