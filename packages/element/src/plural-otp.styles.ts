/** Styles of the step's shadow root. Those of the slotted field, the summary and the tokens have files of their own. */

import { css, type CSSResult } from 'lit';
import { buttonStyles } from './buttons.styles.ts';
import { fieldStyles } from './field.styles.ts';
import { summaryStyles } from './summary.styles.ts';
import { tokenStyles } from './tokens.styles.ts';

const stepStyles: CSSResult = css`
  [hidden],
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  /* The languages with the longest words, and the one with the tallest lines. */
  .step:is(:lang(ta), :lang(ml), :lang(kn), :lang(te), :lang(ur)) {
    min-block-size: var(--plural-otp-min-block-size, 29rem);
  }
  @media (max-width: 23rem) and (min-height: 44.01rem) {
    .step:is(:lang(ta), :lang(ml), :lang(kn), :lang(te), :lang(ur)) {
      min-block-size: var(--plural-otp-min-block-size, 32.5rem);
    }
  }
  .step,
  .main {
    display: flex;
    flex-direction: column;
  }
  .step {
    gap: var(--_space);
    /* Repeated here, because a page may override the host's size with a rule for every element. */
    min-block-size: var(--plural-otp-min-block-size, 26rem);
    max-inline-size: var(--plural-otp-max-inline-size, 24.5rem);
    padding: var(--_space) calc(1.25 * var(--_space));
    font: var(--plural-otp-font-size, 1rem) / 1.4 var(--plural-otp-font, system-ui, sans-serif);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.6);
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }
  /* On a wide page, as wide as a code and not as the page. */
  .main {
    flex: 1;
    gap: calc(0.25em + 0.375 * var(--_space));
    inline-size: 100%;
    max-inline-size: 23rem;
    margin-inline: auto;
  }
  /* Nastaliq letters extend far above and below their line. */
  .main:lang(ur),
  .fee:lang(ur) {
    line-height: 2;
  }
  .live {
    position: absolute;
    overflow: hidden;
    inline-size: 1px;
    block-size: 1px;
    clip-path: inset(50%);
  }
  .summary,
  .summary p,
  .ways {
    display: flex;
    gap: 0 0.75em;
    align-items: center;
    justify-content: space-between;
  }
  b,
  h2,
  .large,
  code,
  ::slotted([slot='pay-again']) {
    font-weight: var(--_weight);
  }
  .panel {
    display: grid;
    gap: 0.5em;
    margin-block: auto;
    padding-block: 0.5em;
    text-align: center;
    text-wrap: balance;
  }
  /* Room for two rows of each text and for the ways out, used or not, so that no response moves icon and title. */
  .busy {
    align-content: start;
    min-block-size: 12.5em;
  }
  .busy ~ .actions {
    min-block-size: 2.75rem;
  }
  .fade {
    animation: fade 0.16s;
  }
  @keyframes fade {
    from {
      opacity: 0;
    }
  }
  h2 {
    font-size: 1.1875em;
  }
  svg {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    border: 2px solid;
    border-radius: 50%;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .panel > svg {
    justify-self: center;
    font-size: 2.75em;
  }
  .success svg {
    color: var(--_surface);
    background: var(--_success);
    border-color: var(--_success);
  }
  .danger svg {
    color: var(--_danger);
  }
  .success path {
    stroke-dasharray: 1;
    animation: draw 0.3s 0.1s both;
  }
  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
  }
  .rest,
  .turn,
  .spin::before {
    border: 3px solid var(--_line);
    border-radius: 50%;
  }
  .turn,
  .spin::before {
    border-block-start-color: var(--_accent);
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  ol,
  ol + p {
    text-align: start;
  }
  ol {
    display: grid;
    gap: 1.25em;
    margin-block-end: 0.75em;
    padding: 0;
    list-style: none;
  }
  li,
  .status p {
    display: flex;
    gap: 0.625em;
    align-items: center;
  }
  li h2 {
    font-size: 1em;
  }
  /* Two rows, so that no text moves the button below. */
  .status {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.75em;
    /* The text from the first row on; the resend, where it does not fit next to it, always in the last. */
    align-content: space-between;
    align-items: flex-start;
    min-block-size: 2.8em;
    margin-block-start: 0.5em;
  }
  /* Narrow and tall: the longest text has three rows, and there is room for them. */
  @media (max-width: 26rem) and (min-height: 44.01rem) {
    .status {
      min-block-size: 4.2em;
    }
  }
  .status p {
    flex: 1 1 50%;
  }
  .resend {
    order: 1;
    margin-inline-start: auto;
    text-align: end;
  }
  /* Long words: the resend has a row of its own. */
  .status:is(:lang(ta), :lang(ml), :lang(kn), :lang(te)) {
    min-block-size: 4.2em;
  }
  .status:lang(ur) {
    min-block-size: 4em;
  }
  @media (max-width: 23rem) and (min-height: 44.01rem) {
    .status:is(:lang(ta), :lang(ml), :lang(kn), :lang(te), :lang(ur)) {
      min-block-size: 6em;
    }
  }
  :is(:lang(ta), :lang(ml), :lang(kn), :lang(te)) > .resend {
    display: flex;
    min-block-size: 1.4em;
    gap: 0.75em;
    inline-size: 100%;
  }
  .status,
  .summary .quiet,
  .panel > p,
  .ways,
  .center {
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  .center {
    text-align: center;
  }
  code {
    user-select: all;
  }
  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  /* Focused by the script alone, so that the outcome is read. */
  h2:focus-visible {
    outline: 0;
  }
  @media (prefers-reduced-motion) {
    *,
    .spin::before {
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    :host {
      --_quiet: 1;
    }
  }
`;

/** Styles of the step and of its field. */
export const styles: CSSResult[] = [tokenStyles, stepStyles, buttonStyles, summaryStyles, fieldStyles];
