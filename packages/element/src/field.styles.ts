import { css, type CSSResult } from 'lit';

/** Styles of the field: the slotted light nodes, and the cells behind the input. */

// The page's rules override normal ::slotted rules of any specificity, but not important ones, and only `all: initial`
// resets every property.
export const fieldStyles: CSSResult = css`
  .entry {
    display: grid;
    gap: 0.125em;
    container-type: inline-size;
  }
  :where(.entry) ::slotted(*) {
    all: initial !important;
    color-scheme: inherit !important;
    /* The value of the lang attribute in Chromium and WebKit. Without it, letters come from a font for another script. */
    -webkit-locale: inherit !important;
    display: block !important;
    font: inherit !important;
    color: inherit !important;
    overflow-wrap: anywhere !important;
    text-wrap: inherit !important;
  }
  ::slotted(label) {
    font-size: 1.125em !important;
    font-weight: var(--_weight) !important;
  }
  ::slotted([slot='hint']) {
    font-size: 0.875em !important;
    opacity: var(--_quiet) !important;
  }
  ::slotted([slot='error']) {
    flex: 1 1 50% !important;
    color: var(--_danger) !important;
  }
  ::slotted([hidden]) {
    display: none !important;
  }
  .field {
    position: relative;
    margin-block-start: 0.375em;
    direction: ltr;
    --_gap: 0.5rem;
    /* The template sets --_n, the number of cells. */
    --_cell: min(4rem, (100vw - 4rem) / var(--_n) - var(--_gap));
    --_step: calc(var(--_cell) + var(--_gap));
  }
  @supports (width: 1cqi) {
    .field {
      --_cell: min(4rem, (100cqi + var(--_gap)) / var(--_n) - var(--_gap));
    }
  }
  ::slotted(input) {
    box-sizing: border-box !important;
    inline-size: 100% !important;
    block-size: var(--plural-otp-field-block-size, var(--_height)) !important;
    padding: 0 2rem 0 calc(2rem + 0.3em) !important;
    font: var(--_weight) max(16px, 1.5em) / 1.5 var(--plural-otp-code-font, ui-monospace, monospace) !important;
    letter-spacing: 0.3em !important;
    text-align: center !important;
    caret-color: var(--_focus) !important;
    background: var(--plural-otp-field, 0 0) !important;
    border: var(--_border) solid var(--_edge) !important;
    border-radius: var(--_radius) !important;
    cursor: text !important;
    /* The button below comes into sight with the field when a keyboard covers the page. */
    scroll-margin-block-end: 8rem !important;
  }
  ::slotted(input:focus),
  .drawn:focus-within .at {
    outline: 2px solid var(--_focus) !important;
  }
  .invalid {
    --_edge: var(--_danger);
    --_focus: var(--_danger);
    /* Thicker too, because a colour alone is no mark. */
    --_border: calc(var(--plural-otp-border-width, 1px) + 1px);
  }
  .slots {
    position: absolute;
    inset: 0;
    display: flex;
    gap: var(--_gap);
  }
  i {
    flex: 1;
    background: var(--plural-otp-field, 0 0);
    border: var(--_border) solid var(--_edge);
    border-radius: var(--_radius);
  }
  .drawn {
    inline-size: calc(var(--_n) * var(--_step) - var(--_gap));
  }
  /* Above the cells, which cover the whole field. */
  .clip {
    position: relative;
  }
  .drawn .clip {
    overflow: hidden;
    overflow: clip;
  }
  /* One cell wider than it looks, inside the clip, so that it does not scroll at the last digit. */
  .drawn ::slotted(input) {
    inline-size: calc((var(--_n) + 1) * var(--_step)) !important;
    padding: 0 0 0 calc((var(--_cell) - 1ch) / 2) !important;
    letter-spacing: calc(var(--_step) - 1ch) !important;
    text-align: left !important;
    background: 0 0 !important;
    border: 0 !important;
    outline: 0 !important;
  }
  /* The browser's own background of autofilled fields would cover the cells. */
  .drawn ::slotted(input:autofill) {
    background-clip: text !important;
    -webkit-text-fill-color: currentcolor !important;
  }
  @media print {
    ::slotted(input) {
      color: transparent !important;
    }
  }
  @media (forced-colors: active) {
    .drawn ::slotted(input) {
      forced-color-adjust: none !important;
      color: FieldText !important;
      caret-color: FieldText !important;
    }
  }
`;
