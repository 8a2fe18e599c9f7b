/** Styles of the step's shadow root. Those of the slotted field, the summary and the tokens have files of their own. */

import { css, type CSSResult } from 'lit';
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
  .step,
  .main {
    display: flex;
    flex-direction: column;
  }
  .step {
    gap: var(--_space);
    /* Repeated here, because a page may override the host's size with a rule for every element. */
    min-block-size: var(--plural-otp-min-block-size, 25rem);
    max-inline-size: var(--plural-otp-max-inline-size, 24.5rem);
    padding: var(--_space) calc(1.25 * var(--_space));
    font: var(--plural-otp-font-size, 1rem) / 1.4 var(--plural-otp-font, system-ui, sans-serif);
    color: var(--plural-otp-text, CanvasText);
    background: var(--plural-otp-surface, Canvas);
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
    justify-items: center;
    margin-block: auto;
    padding-block: 0.5em;
    text-align: center;
    text-wrap: balance;
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
    outline: 0;
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
    font-size: 2.75em;
  }
  .success svg {
    color: var(--plural-otp-surface, Canvas);
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
  .turn,
  .spin::before {
    border: 3px solid var(--_line);
    border-block-start-color: var(--_accent);
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  ol + p {
    text-align: start;
  }
  ol {
    display: grid;
    gap: 1.25em;
    margin-block-end: 0.75em;
    padding: 0;
    text-align: start;
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
  .status {
    display: flow-root;
    min-block-size: 2.8em;
    margin-block-start: 0.5em;
  }
  /* Longer texts run around it and on below it. */
  .resend {
    float: right;
    float: inline-end;
    max-inline-size: 45%;
    margin-inline-start: 0.75em;
    text-align: end;
  }
  .status,
  .summary .quiet,
  .panel > p,
  .ways,
  .center {
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  button,
  a {
    padding: 0;
    font: inherit;
    color: var(--_link, var(--_accent));
    text-align: inherit;
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
    background: 0 0;
    border: 0;
    touch-action: manipulation;
  }
  /* A target of 24 px in a row that is lower. */
  .resend button {
    min-block-size: 1.5rem;
    margin-block: -0.1875rem;
    font-weight: var(--_weight);
    text-decoration: none;
  }
  [part='timer'] {
    display: block;
  }
  .quiet {
    color: inherit;
    opacity: var(--_quiet);
  }
  .large,
  ::slotted([slot='pay-again']) {
    display: flex;
    box-sizing: border-box;
    gap: 0.5em;
    align-items: center;
    justify-content: center;
    min-block-size: 3rem;
    padding: 0.5em 1em;
    text-align: center;
    text-decoration: none;
    border: var(--_border) solid;
    border-radius: var(--_radius);
  }
  .large:not([aria-disabled]):hover {
    filter: brightness(0.93);
  }
  :where(.large)[aria-disabled]:not(.spin) {
    color: color-mix(in srgb, currentcolor calc(var(--_quiet) * 100%), transparent);
    background: var(--_tint);
  }
  .primary,
  ::slotted([slot='pay-again']) {
    color: var(--_on-accent);
    background: var(--_accent);
    border-color: transparent;
  }
  .spin::before {
    inline-size: 1rem;
    block-size: 1rem;
    content: '';
    border: 2px solid;
    border-block-start-color: transparent;
  }
  [aria-disabled] {
    cursor: default;
    text-decoration: none;
  }
  .ways {
    gap: 0 1.5em;
  }
  .ways > * {
    display: flex;
    align-items: center;
    min-block-size: 2.75rem;
  }
  .ways button {
    flex: none;
  }
  .ways > :only-child {
    margin: auto;
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
    .primary,
    ::slotted([slot='pay-again']) {
      border: 3px solid;
    }
    button[aria-disabled]:not(.spin) {
      color: GrayText;
    }
  }
`;

/** Styles of the step and of its field. */
export const styles: CSSResult[] = [tokenStyles, stepStyles, summaryStyles, fieldStyles];
