import type { FlowState } from '@plural-otp/flow';
import { html, nothing, type TemplateResult } from 'lit';
import { clockSeconds, formatMoney } from './amounts.ts';
import { fill, type Messages } from './messages.ts';
import type { Act, Screen } from './screen.ts';

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
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M6.5 6.5l11 11m0-11l-11 11',
  unsure: 'M12 6.5v6.5m0 4v.1',
};

function summary({ display }: FlowState, words: Messages): TemplateResult {
  const { merchantName, amount, fee, network, lastDigits, issuer } = display ?? {};
  return html`<slot name="summary"
    >${
      display &&
      html`<div class="summary" part="summary">
        <div>
          <p class="quiet"><bdi>${merchantName}</bdi></p>
          <p class="amount" part="amount">${amount && formatMoney(amount, words.language)}</p>
          ${fee && html`<p class="quiet">${fill(words.fee, { fee: formatMoney(fee, words.language) })}</p>`}
        </div>
        <p class="row quiet" part="card">
          <span><slot name="issuer">${issuer}</slot></span>
          <span><slot name="network">${network}</slot></span>
          ${lastDigits && html`<span role="img" aria-label="${words.ending} ${lastDigits}">•••• ${lastDigits}</span>`}
        </p>
      </div>`
    }</slot
  >`;
}

/** The whole step, drawn from data. The nodes that hold focus keep their place from state to state. */
export function draw(drawn: Drawn): TemplateResult {
  const { state, screen, words, cells, secondsLeft, onAct, onSlotChange } = drawn;
  const { main, may, title, notice, reference, bankUrl } = screen;
  const { status } = state;
  const submitting = status === 'submitting';
  const resending = status === 'resending';
  const waits = resending || secondsLeft > 0;

  const look = (act: Act): string => (main === act ? 'big main' : 'big');
  const button = (act: Act, off = false, looks = look(act), label?: string | false): TemplateResult =>
    html`<button
      class=${looks}
      part="button ${act}"
      aria-disabled=${off || nothing}
      aria-describedby=${off && act === 'resend' ? 'wait' : nothing}
      @click=${(event: Event) => onAct(act, event)}
    >
      ${label || words[act]}
    </button>`;
  const slot = (name: string): TemplateResult => html`<slot name=${name} @slotchange=${onSlotChange}></slot>`;

  return html`<div class="step" part="base" lang=${words.language} dir=${words.direction}>
    ${summary(state, words)}
    ${
      title &&
      html`<div class="panel ${screen.tone}" part="message">
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${marks[screen.tone] ?? nothing} /></svg>
        <h2 tabindex="-1">${title}</h2>
        <p class="quiet">${screen.text}</p>
      </div>`
    }
    ${may.check ? button('check') : nothing}
    ${may.start ? button('start', false, look('start'), state.problem && words.retry) : nothing}
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
    ${notice && html`<p class="note" part="message">${notice}</p>`}
    ${
      may.submit
        ? button('submit', submitting, look('submit') + (submitting ? ' spin' : ''), submitting && words.submitting)
        : nothing
    }
    ${
      bankUrl &&
      html`<p class="center">
        <a
          class=${main === 'bank' ? look(main) : ''}
          part="button bank"
          href=${bankUrl}
          target="_top"
          rel="noreferrer"
          @click=${(event: Event) => onAct('bank', event)}
          >${main === 'bank' ? words.bankMain : words.bank}</a
        >
      </p>`
    }
    ${may.payAgain ? html`<p class="center"><slot name="pay-again"></slot></p>` : nothing}
    ${
      may.resend
        ? html`<p class="row">
            <span class="quiet">${words.noCodeYet}</span>
            ${button('resend', waits, waits ? 'quiet' : '', resending && words.resending)}
            <span class="quiet" id="wait" part="timer"
              >${secondsLeft ? fill(words.resendIn, { time: clockSeconds(secondsLeft) }) : ''}</span
            >
          </p>`
        : nothing
    }
    ${may.cancel ? html`<p>${button('cancel', false, 'quiet')}</p>` : nothing}
    ${
      reference &&
      html`<p class="quiet center end" part="reference">
        ${words.reference} <code translate="no" dir="ltr">${reference}</code>
      </p>`
    }
    <div class="live" role="status"></div>
  </div>`;
}
