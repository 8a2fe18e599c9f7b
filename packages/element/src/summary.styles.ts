import { css, type CSSResult } from 'lit';

/** Styles of the row that says who asks, how much, and from which card. */
export const summaryStyles: CSSResult = css`
  .summary {
    min-block-size: calc(3.375em + var(--_space));
    padding: 0 0 var(--_space);
    border-block-end: 1px solid var(--_line);
  }
  .summary > div {
    flex: 1;
    min-inline-size: 0;
  }
  .summary b {
    font-size: 1.25em;
  }
  /* One row, however long the name. */
  .summary > div > p > bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  p > span {
    display: inline-flex;
    gap: 0.35em;
  }
  .tile {
    display: grid;
    place-items: center;
    /* Five letters fit with room around them. */
    inline-size: 3.4em;
    block-size: 3.4em;
    font-size: 0.71875em;
    font-weight: 700;
    background: var(--_tint);
    border-radius: calc(var(--_radius) * 0.8);
  }
  .mark {
    padding: 0 0.5em;
    font-size: 0.75em;
    font-weight: 700;
    border: 1px solid var(--_line);
    border-radius: 0.3em;
  }
`;
