import { css, type CSSResult } from 'lit';
import { fieldStyles } from './field.styles.ts';

// System colours and `light-dark()` follow the page's own `color-scheme`; a browser without `light-dark()` gets the
// light accents.
const stepStyles: CSSResult = css`
  :host {
    display: block;
    max-inline-size: var(--plural-otp-max-inline-size, 27rem);
    --_accent: var(--plural-otp-accent, #1d56d0);
    --_on-own: #fff;
    --_on-accent: var(--plural-otp-on-accent, var(--_on-own));
    --_danger: var(--plural-otp-danger, #b3241c);
    --_success: var(--plural-otp-success, #14703a);
    --_radius: var(--plural-otp-radius, 0.5rem);
    --_line: var(--plural-otp-line, #8884);
    --_edge: var(--plural-otp-field-line, #767676);
    --_border: var(--plural-otp-border-width, 1px);
    --_focus: var(--plural-otp-focus, var(--_accent));
    --_weight: var(--plural-otp-font-weight, 600);
    --_space: var(--plural-otp-space, 1rem);
    --_quiet: var(--plural-otp-quiet-opacity, 0.74);
  }
  @supports (color: light-dark(red, red)) {
    :host {
      --_accent: var(--plural-otp-accent, light-dark(#1d56d0, #8db4ff));
      --_on-own: light-dark(#fff, #0a1a3a);
      --_danger: var(--plural-otp-danger, light-dark(#b3241c, #ff9d94));
      --_success: var(--plural-otp-success, light-dark(#14703a, #6fd398));
    }
  }
  @supports (color: color-mix(in srgb, red, red)) {
    :host {
      --_line: var(--plural-otp-line, color-mix(in srgb, currentcolor 14%, transparent));
      --_edge: var(--plural-otp-field-line, color-mix(in srgb, currentcolor 55%, transparent));
      /* Invalid, so that links keep the built-in accent, unless the page gives an accent, which may be too close to it. */
      --_link: color-mix(in oklab, var(--plural-otp-accent) 38%, var(--plural-otp-text, CanvasText));
    }
  }
  /* White or black, whichever the luminance of the page's accent calls for: 4.5:1 on either side. */
  @supports (color: color(from red xyz x y z)) {
    :host {
      --_white: clamp(0, (0.179 - y) * 999, 1);
      --_contrast: color(
        from var(--plural-otp-accent) xyz calc(0.95 * var(--_white)) var(--_white) calc(1.089 * var(--_white))
      );
      --_on-accent: var(--plural-otp-on-accent, var(--_contrast, var(--_on-own)));
    }
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  .step {
    display: flex;
    flex-direction: column;
    gap: var(--_space);
    /* Repeated here, because a page may override the host's size with a rule for every element. */
    min-block-size: var(--plural-otp-min-block-size, 37rem);
    max-inline-size: var(--plural-otp-max-inline-size, 27rem);
    padding: clamp(var(--_space), 5vw, 1.75 * var(--_space));
    font: var(--plural-otp-font-size, 1rem) / 1.5 var(--plural-otp-font, system-ui, sans-serif);
    color: var(--plural-otp-text, CanvasText);
    background: var(--plural-otp-surface, Canvas);
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.75);
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  /* Nastaliq letters extend far above and below their line. */
  .step > :not(slot):lang(ur),
  .amount + :lang(ur) {
    line-height: 2;
  }
  .live {
    position: absolute;
    overflow: hidden;
    inline-size: 1px;
    block-size: 1px;
    clip-path: inset(50%);
  }
  .row,
  .summary {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    align-items: last baseline;
  }
  .summary {
    justify-content: space-between;
    min-block-size: calc(3.75em + var(--_space));
    padding: 0 0 var(--_space);
    border-block-end: 1px solid var(--_line);
  }
  .awaited {
    visibility: hidden;
  }
  .amount,
  h2,
  .large,
  code {
    font-weight: var(--_weight);
  }
  .amount {
    font-size: 1.75em;
    line-height: 1.3;
  }
  .panel {
    display: grid;
    gap: 0.5rem;
    justify-items: center;
    padding: 1rem 0 0.5rem;
    text-align: center;
  }
  h2 {
    font-size: 1.25em;
    outline: 0;
  }
  svg {
    inline-size: 3rem;
    padding: 0.5rem;
    border: 2px solid;
    border-radius: 50%;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
  }
  .success svg {
    color: var(--_success);
  }
  .danger svg {
    color: var(--_danger);
  }
  .busy svg,
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
  .row,
  .note,
  :not(.row) > .quiet {
    font-size: 0.9375em;
    font-variant-numeric: tabular-nums;
  }
  .note {
    padding: 0.625rem 1rem;
    background: color-mix(in srgb, currentcolor 5%, transparent);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  button,
  a {
    padding: 0.25rem 0;
    font: inherit;
    color: var(--_link, var(--_accent));
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
    background: 0 0;
    border: 0;
    touch-action: manipulation;
  }
  .quiet {
    color: inherit;
    opacity: var(--_quiet);
  }
  .large {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    justify-content: center;
    min-block-size: 3rem;
    padding: 0.625rem 1rem;
    text-decoration: none;
    border: var(--_border) solid;
    border-radius: var(--_radius);
  }
  .large:not([aria-disabled]):hover {
    filter: brightness(0.93);
  }
  :where(.large)[aria-disabled]:not(.spin) {
    color: color-mix(in srgb, currentcolor calc(var(--_quiet) * 100%), transparent);
    background: color-mix(in srgb, currentcolor 5%, transparent);
  }
  .primary {
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
  .center {
    justify-content: center;
    text-align: center;
  }
  .end {
    margin-block-start: auto;
  }
  code {
    user-select: all;
  }
  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  @media (prefers-reduced-motion) {
    .busy svg,
    .spin::before {
      animation-duration: 8s;
    }
  }
  @media (forced-colors: active) {
    :host {
      --_quiet: 1;
    }
    .primary {
      border: 3px solid;
    }
    button[aria-disabled]:not(.spin) {
      color: GrayText;
    }
  }
`;

/** Styles of the step and of its field. */
export const styles: CSSResult[] = [stepStyles, fieldStyles];
