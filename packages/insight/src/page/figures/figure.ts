/** One figure: its question, the answer in a sentence, what shows it, and how it is counted. */

import { html, type Markup } from '../html.ts';

/** Link to the payments of one part. */
export type ToPart = (step: string, end: string) => string;

export interface Figure {
  id: string;
  question: string;
  answer: Markup | string;
  content: Markup;
  formula: string;
}

export const drawFigure = ({ id, question, answer, content, formula }: Figure): Markup =>
  html` <section aria-labelledby="${id}">
    <h2 id="${id}">${question}</h2>
    <p class="answer">${answer}</p>
    ${content}
    <details>
      <summary>How this is counted</summary>
      <p>${formula}</p>
    </details>
  </section>`;

export interface TableContent {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly (Markup | string)[])[];
  /** Columns of text; the others are numbers. */
  texts?: readonly number[];
}

export const table = ({ caption, head, rows, texts = [] }: TableContent): Markup =>
  html` <div class="scroll" tabindex="0" role="group" aria-label="${caption}">
    <table>
      <caption hidden>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map(
            (cell, index) =>
              html`<th scope="col" ${index > 0 && !texts.includes(index) && html` class="number"`}>${cell}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) =>
                index === 0
                  ? html`<th scope="row">${cell}</th>`
                  : html`<td${!texts.includes(index) && html` class="number"`}>${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

export const folded = (content: TableContent): Markup =>
  html`<details>
    <summary>The same as a table</summary>
    ${table(content)}
  </details>`;
