import type { FlowState } from '@plural-otp/flow';
import { html, nothing, type TemplateResult } from 'lit';
import { clockSeconds, formatMoney } from './format.ts';
import { fill, type Messages } from '../locale/messages.ts';
import type { Act, Screen } from './view-model.ts';

/** What the template draws, and whom it tells. */
export interface Drawn {
  readonly state: FlowState;
  readonly screen: Screen;
  readonly words: Messages;
  /** Drawn cells, or 0 for one plain field. */
  readonly cells: number;
  readonly secondsLeft: number;
  readonly onAct: (act: Act, event: Event) => void;
  readonly onSlotChange: () => void;
}

/** The mark of each panel, as the path of a drawing; the one under way turns without. */
const marks: Partial<Record<Screen['tone'], string>> = {
  good: 'M5 12l5 5 9-9',
  bad: 'M6 6l12 12m0-12L6 18',
  unsure: 'M12 6v7m0 5v.1',
};

/** Keeps its room until the first answer, so that what stands below is not pushed down. */
function summary({ display }: FlowState, words: Messages, awaited: boolean): TemplateResult {
  const { merchantName, amount, fee, network, lastDigits, issuer } = display ?? {};
  return html`<slot name="summary"
    >${
      display
        ? html`<div class="summary" part="summary">
            <div>
              <p class="quiet" part="merchant"><bdi>${merchantName}</bdi></p>
              <p class="amount" part="amount">${amount && formatMoney(amount, words.money)}</p>
              ${fee && html`<p class="quiet">${fill(words.fee, { fee: formatMoney(fee, words.money) })}</p>`}
            </div>
            <p class="row quiet" part="card">
              <span><slot name="issuer">${issuer}</slot></span>
              <span><slot name="network">${network}</slot></span>
              ${lastDigits && html`<span role="img" dir="ltr" aria-label="${words.ending} ${lastDigits}">•••• ${lastDigits}</span>`}
            </p>
          </div>`
        : awaited
          ? html`<div class="summary awaited"></div>`
          : nothing
    }</slot
  >`;
}

/** The whole step, drawn from data. The nodes that hold focus keep their place from state to state. */
export function draw(drawn: Drawn): TemplateResult {
  const { state, screen, words, cells, secondsLeft, onAct, onSlotChange } = drawn;
  const { main, may, title, notice, reference, bankUrl, pause } = screen;
  const { status } = state;
  const submitting = status === 'submitting';
  const resending = status === 'resending';
  const offline = !state.online;
  const waits = resending || secondsLeft > 0;

  const look = (act: Act): string => (main === act ? 'big main' : 'big');
  const bankLook = main === 'bank' ? 'big main' : '';
  // A start is kept for when the network is back; any other act would be lost.
  const button = (
    act: Act,
    off = offline && act !== 'start',
    looks = look(act),
    label?: string | false,
  ): TemplateResult =>
    html`<button
      class=${looks}
      part="button ${act} ${looks}"
      aria-disabled=${off || nothing}
      aria-describedby=${off && act === 'resend' ? 'wait' : nothing}
      @click=${(event: Event) => onAct(act, event)}
    >
      ${label || words[act]}
    </button>`;
  const slot = (name: string): TemplateResult => html`<slot name=${name} @slotchange=${onSlotChange}></slot>`;

  return html`<div class="step" part="base" lang=${words.language} dir=${words.direction}>
    ${summary(state, words, !state.reference && !may.start)}
    ${
      title &&
      html`<div class="panel ${screen.tone}" part="message panel ${screen.tone}">
        ${status === 'idle' && !state.problem ? nothing : html`<svg part="mark" viewBox="0 0 24 24" aria-hidden="true"><path d=${marks[screen.tone] ?? nothing} /></svg>`}
        <h2 part="title" tabindex="-1">${title}</h2>
        <p class="quiet">${screen.text}</p>
      </div>`
    }
    ${may.check ? button('check') : nothing}
    ${
      may.submit
        ? html`<div class="entry">
            ${slot('label')}${slot('hint')}${slot('error')}
            <div
              class="field ${cells ? 'drawn' : ''} ${screen.error ? 'invalid' : ''}"
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
    ${may.start ? button('start', undefined, undefined, state.problem && words.retry) : nothing}
    ${
      may.submit && !may.start
        ? button('submit', pause !== '', look('submit') + (submitting ? ' spin' : ''), submitting && words.submitting)
        : nothing
    }
    ${
      bankUrl &&
      html`<p class="center">
        <a
          class=${bankLook}
          part="button bank ${bankLook}"
          href=${bankUrl}
          target="_top"
          rel="noreferrer"
          @click=${(event: Event) => onAct('bank', event)}
          >${bankLook ? words.bankMain : words.bank}</a
        >
      </p>`
    }
    ${may.payAgain ? html`<p class="center"><slot name="pay-again"></slot></p>` : nothing}
    ${
      may.resend
        ? html`<p class="row center">
            <span class="quiet">${words.noCodeYet}</span>
            ${button('resend', waits || offline, waits ? 'quiet' : '', resending && words.resending)}
            <span class="quiet" id="wait" part="timer"
              >${secondsLeft ? fill(words.resendIn, { time: clockSeconds(secondsLeft) }) : ''}</span
            >
          </p>`
        : nothing
    }
    ${may.cancel ? html`<p class="center">${button('cancel', offline, 'quiet')}</p>` : nothing}
    ${
      reference &&
      html`<p class="quiet center end" part="reference">
        ${words.reference} <code translate="no" dir="ltr">${reference}</code>
      </p>`
    }
    <div class="live" role="status"></div>
  </div>`;
}
