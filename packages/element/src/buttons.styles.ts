import { css, type CSSResult } from 'lit';

/** Styles of buttons and links, and of the rows that they stand in. */
export const buttonStyles: CSSResult = css`
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
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: inherit;
  }
  .actions > *,
  ::slotted([slot='pay-again']) {
    flex: 1 1 100%;
  }
  .ways {
    gap: 0 1.5em;
    min-block-size: 2.75rem;
  }
  .ways > * {
    display: flex;
    align-items: center;
    min-block-size: inherit;
  }
  .ways button {
    flex: none;
  }
  .panel ~ .actions > .ways > :only-child {
    margin: auto;
  }
  /* Next to the cancellation, so that the step keeps its height when the bank's page comes first. */
  .one-row > .large {
    flex: 1 1 55%;
    min-block-size: 2.75rem;
  }
  .one-row > .ways {
    flex: none;
  }
  @media (forced-colors: active) {
    .primary,
    ::slotted([slot='pay-again']) {
      border: 3px solid;
    }
    button[aria-disabled]:not(.spin) {
      color: GrayText;
    }
  }
`;
