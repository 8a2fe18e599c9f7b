/** Markup of the step's shadow root. */

import type { FlowState } from '@plural-otp/flow';
import { fill, formatCountdown, formatMoney, type Messages } from '@plural-otp/flow/presentation';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Action, ViewModel } from './view-model.ts';

/** Input of the template, and its callbacks. */
export interface TemplateProps {
  readonly state: FlowState;
  readonly viewModel: ViewModel;
  readonly messages: Messages;
  /** Number of drawn cells, or 0 for one plain field. */
  readonly cells: number;
  readonly secondsLeft: number;
  readonly onAction: (action: Action, event: Event) => void;
  readonly onSlotChange: () => void;
}

/** The icon of each panel, as the data of an SVG path; the `busy` one is a spinner and needs none. */
const icons: Partial<Record<ViewModel['tone'], string>> = {
  success: 'M5 12l5 5 9-9',
  danger: 'M6 6l12 12m0-12L6 18',
  warning: 'M12 6v7m0 5v.1',
};

/** Renders the summary; before the first response it reserves the space, so that nothing below it moves. */
function summary({ display }: FlowState, messages: Messages, awaited: boolean): TemplateResult {
  const { merchantName, amount, fee, network, lastDigits, issuer } = display ?? {};
  return html`<slot name="summary"
    >${
      display
        ? html`<div class="summary" part="summary">
            <div>
              <p class="quiet" part="merchant"><bdi>${merchantName}</bdi></p>
              <p class="amount" part="amount">${amount && formatMoney(amount, messages.money)}</p>
              ${fee && html`<p class="quiet">${fill(messages.fee, { fee: formatMoney(fee, messages.money) })}</p>`}
            </div>
            <p class="row quiet" part="card">
              <span><slot name="issuer">${issuer}</slot></span>
              <span><slot name="network">${network}</slot></span>
              ${lastDigits && html`<span role="img" dir="ltr" aria-label="${messages.ending} ${lastDigits}">•••• ${lastDigits}</span>`}
            </p>
          </div>`
        : awaited
          ? html`<div class="summary awaited"></div>`
          : nothing
    }</slot
  >`;
}

/** Renders the whole step. Nodes that can hold the focus keep their place from state to state. */
export function renderStep(props: TemplateProps): TemplateResult {
  const { state, viewModel, messages, cells, secondsLeft, onAction, onSlotChange } = props;
  const { primary, can, title, notice, reference, bankUrl, pausedText } = viewModel;
  const { status } = state;
  const submitting = status === 'submitting';
  const resending = status === 'resending';
  const offline = !state.online;
  // Every other action would be dropped until the one in flight has ended.
  const isPaused = offline || (state.busy !== undefined && state.busy !== 'check');
  const waits = resending || secondsLeft > 0;

  const buttonClass = (action: Action): string => (primary === action ? 'large primary' : 'large');
  const bankClass = primary === 'bank' ? 'large primary' : '';
  // A start waits until the network is back; any other action would be lost.
  const button = (
    action: Action,
    off = isPaused && !(offline && action === 'start'),
    looks = buttonClass(action),
    label?: string | false,
  ): TemplateResult => {
    const spins = state.busy === action && looks.startsWith('large') && !/ spin/.test(looks) ? ' spin' : '';
    return html`<button
      class=${looks + spins}
      part="button ${action} ${looks}"
      aria-disabled=${off || nothing}
      aria-describedby=${off && action === 'resend' ? 'wait' : nothing}
      @click=${(event: Event) => onAction(action, event)}
    >
      ${label || messages[action]}
    </button>`;
  };
  const slot = (name: string): TemplateResult => html`<slot name=${name} @slotchange=${onSlotChange}></slot>`;

  return html`<div class="step" part="base" lang=${messages.language} dir=${messages.direction}>
    ${summary(state, messages, !state.reference && !can.start)}
    ${
      title &&
      html`<div class="panel ${viewModel.tone}" part="message panel ${viewModel.tone}">
        ${viewModel.title === messages.idle && !state.problem ? nothing : html`<svg part="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${icons[viewModel.tone] ?? nothing} /></svg>`}
        <h2 part="title" tabindex="-1">${title}</h2>
        <p class="quiet">${viewModel.text}</p>
      </div>`
    }
    ${can.check ? button('check') : nothing}
    ${
      can.submit
        ? html`<div class="entry">
            ${slot('label')}${slot('hint')}${slot('error')}
            <div
              class="field ${cells ? 'drawn' : ''} ${viewModel.error ? 'invalid' : ''}"
              part="field"
              .style=${`--_n:${cells}`}
            >
              <div class="slots">${Array.from({ length: cells }, () => html`<i part="slot"></i>`)}</div>
              <div class="clip">${slot('input')}</div>
            </div>
          </div>`
        : nothing
    }
    ${notice && html`<p class="note" part="message note">${notice}</p>`}
    ${can.start ? button('start', undefined, undefined, state.problem && messages.retry) : nothing}
    ${
      can.submit && !can.start
        ? button(
            'submit',
            pausedText !== '',
            buttonClass('submit') + (submitting ? ' spin' : ''),
            submitting && messages.submitting,
          )
        : nothing
    }
    ${
      bankUrl &&
      html`<p class="center">
        <a
          class=${bankClass}
          part="button bank ${bankClass}"
          href=${bankUrl}
          target="_top"
          rel="noreferrer"
          @click=${(event: Event) => onAction('bank', event)}
          >${bankClass ? messages.bankMain : messages.bank}</a
        >
      </p>`
    }
    ${can.payAgain ? html`<p class="center"><slot name="pay-again"></slot></p>` : nothing}
    ${
      can.resend
        ? html`<p class="row center">
            <span class="quiet">${messages.noCodeYet}</span>
            ${button('resend', waits || isPaused, waits ? 'quiet' : '', resending && messages.resending)}
            <span class="quiet" id="wait" part="timer"
              >${secondsLeft ? fill(messages.resendIn, { time: formatCountdown(secondsLeft) }) : ''}</span
            >
          </p>`
        : nothing
    }
    ${can.cancel ? html`<p class="center">${button('cancel', isPaused, 'quiet')}</p>` : nothing}
    ${
      reference &&
      html`<p class="quiet center end" part="reference">
        ${messages.reference} <code translate="no" dir="ltr">${reference}</code>
      </p>`
    }
    <div class="live" role="status"></div>
  </div>`;
}
