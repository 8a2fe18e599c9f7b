/** The drawings of the shop, as inline SVG. All are decoration, hidden from assistive technology. */

import type { Tea } from '../catalogue.ts';
import { type Html, html } from '../html.ts';

/** Logo of the shop: a tea shoot, two leaves and a bud. */
export const mark: Html = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <path class="mark-leaf" d="M16 29C4 24 2 12 5 5c7 2 12 9 11 24Z" />
  <path class="mark-leaf-2" d="M16 29c12-5 14-17 11-24-7 2-12 9-11 24Z" />
  <path class="mark-bud" d="M16 22c-3-6-3-13 0-20 3 7 3 14 0 20Z" />
</svg>`;

/** Padlock, next to words that say what is safe. */
export const lock: Html = html`<svg class="lock" viewBox="0 0 24 24" aria-hidden="true">
  <path d="M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z" />
</svg>`;

/** Hills of the front page. */
export const hills: Html = html`<svg
  class="hills"
  viewBox="0 0 1200 420"
  preserveAspectRatio="xMidYMax slice"
  aria-hidden="true"
>
  <rect class="sky" width="1200" height="420" />
  <circle class="sun" cx="930" cy="176" r="60" />
  <path class="hill-1" d="M0 306c150-60 260-70 380-40s200 40 330-14 300-84 490-12v180H0Z" />
  <path class="hill-2" d="M0 346c150-46 280-60 430-24s260 34 400-4 250-40 370-4v106H0Z" />
  <path class="hill-3" d="M0 372c190-58 370-50 560-14s410 34 640-24v86H0Z" />
  <g class="rows">
    <path d="M-10 402c210-60 380-52 580-14s420 32 650-26" />
    <path d="M-10 424c210-56 380-50 580-14s420 32 650-26" />
    <path d="M-10 384c200-60 380-54 576-16s414 34 650-24" />
  </g>
</svg>`;

/** Draws a tin of tea in its colours. */
export function tin(tea: Tea): Html {
  return html`<svg class="tin tin-${tea.tin}" viewBox="0 0 200 240" aria-hidden="true">
    <ellipse class="tin-shadow" cx="100" cy="222" rx="72" ry="10" />
    <rect class="tin-body" x="36" y="52" width="128" height="168" rx="10" />
    <rect class="tin-shade" x="132" y="52" width="32" height="168" rx="10" />
    <path class="tin-lid" d="M32 40a8 8 0 0 1 8-8h120a8 8 0 0 1 8 8v18H32Z" />
    <rect class="tin-rim" x="32" y="54" width="136" height="6" />
    <rect class="tin-label" x="52" y="82" width="96" height="108" rx="4" />
    <path class="tin-line" d="M62 164h76M72 176h56" />
    ${motifs[tea.tin]}
  </svg>`;
}

const motifs: Record<Tea['tin'], Html> = {
  frost: html`<g class="tin-motif">
    <path d="M100 98v48M79 110l42 24M121 110l-42 24" />
    <path d="m94 100 6 7 6-7M94 144l6-7 6 7" />
  </g>`,
  oolong: html`<g class="tin-motif">
    <path d="M100 148c-22-8-26-30-18-46 14 6 22 22 18 46Z" />
    <path d="M100 148c22-8 26-30 18-46-14 6-22 22-18 46Z" />
    <path d="M100 148v-44" />
  </g>`,
  masala: html`<g class="tin-motif">
    <path d="M78 124h44c0 18-10 26-22 26s-22-8-22-26Z" />
    <path d="M122 128c10-2 12 12 0 12M90 116c-6-8 6-10 0-18M102 116c-6-8 6-10 0-18M114 116c-6-8 6-10 0-18" />
  </g>`,
};
