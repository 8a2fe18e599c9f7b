/** Drawings as SVG: scales and lines by d3, looks by classes. Each is hidden from readers, whose figure is the table. */

import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { html, type Markup } from './html.ts';
import type { Share } from '../numbers/intervals.ts';

const round = (value: number): number => Math.round(value * 10) / 10;

const svg = (width: number, height: number, content: readonly Markup[]): Markup =>
  html`<svg viewBox="0 0 ${width} ${height}" class="drawing" aria-hidden="true">${content}</svg>`;

/** Draws one bar, on a scale up to `most`. */
export function drawBar(value: number, tone: 'main' | 'good', most: number): Markup {
  const [width, height] = [400, 24];
  const size = value > 0 ? Math.max((value / Math.max(most, 1)) * width, 1) : 0;
  return html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" class="bar" aria-hidden="true">
    <rect width="${round(size)}" height="${height}" class="${tone}"></rect>
  </svg>`;
}

/** Draws a share as a dot on its interval, with a line at the average. */
export function drawInterval(
  { low, high, rate, of }: Share,
  average: number,
  [from, to]: readonly [number, number],
): Markup {
  const [width, height] = [240, 24];
  const scale = scaleLinear([from, to], [6, width - 6]).clamp(true);
  const middle = height / 2;
  return svg(width, height, [
    html`<line class="rule" x1="6" x2="${width - 6}" y1="${middle}" y2="${middle}"></line>`,
    html`<line
      class="average"
      x1="${round(scale(average))}"
      x2="${round(scale(average))}"
      y1="1"
      y2="${height - 1}"
    ></line>`,
    ...(of > 0
      ? [
          html`<line
            class="interval"
            x1="${round(scale(low))}"
            x2="${round(scale(high))}"
            y1="${middle}"
            y2="${middle}"
          ></line>`,
          html`<circle
            class="${rate < average ? 'dot loss' : 'dot'}"
            cx="${round(scale(rate))}"
            cy="${middle}"
            r="5"
          ></circle>`,
        ]
      : []),
  ]);
}

/** One line of a trend, with its band. */
export interface TrendLine {
  tone: 'main' | 'other';
  points: readonly Share[];
}

/** Draws shares over time. */
export function drawTrend(lines: readonly TrendLine[], labels: readonly [first: string, last: string]): Markup {
  const [width, height, left, bottom] = [640, 220, 62, 28];
  const shown = lines.flatMap(({ points }) => points.filter(({ of }) => of > 0));
  // By the shares and not by their intervals: a day of few payments would flatten all others.
  const lowest = Math.min(...shown.map(({ rate }) => rate - 0.1), 0.9);
  const y = scaleLinear([Math.max(Math.floor(lowest * 10) / 10, 0), 1], [height - bottom, 8]).clamp(true);
  const count = Math.max(...lines.map(({ points }) => points.length), 2);
  const x = scaleLinear([0, count - 1], [left, width - 8]);
  const ticks = y
    .ticks(4)
    .map(
      (tick) =>
        html`<line class="rule" x1="${left}" x2="${width - 8}" y1="${round(y(tick))}" y2="${round(y(tick))}"></line
          ><text x="${left - 8}" y="${round(y(tick) + 4)}" class="end">${Math.round(tick * 100)} %</text>`,
    );
  const drawn = lines.map(({ tone, points }) => {
    const indexed = points.map((share, index) => ({ share, index }));
    const isKnown = ({ share }: { share: Share }): boolean => share.of > 0;
    const band = area<(typeof indexed)[number]>(
      ({ index }) => round(x(index)),
      ({ share }) => round(y(share.low)),
      ({ share }) => round(y(share.high)),
    ).defined(isKnown);
    const path = line<(typeof indexed)[number]>(
      ({ index }) => round(x(index)),
      ({ share }) => round(y(share.rate)),
    ).defined(isKnown);
    return html`<path class="band ${tone}" d="${band(indexed) ?? ''}"></path
      ><path class="line ${tone}" d="${path(indexed) ?? ''}"></path>${indexed
        .filter(isKnown)
        .map(
          ({ share, index }) =>
            html`<circle class="point ${tone}" cx="${round(x(index))}" cy="${round(y(share.rate))}" r="3"></circle>`,
        )}`;
  });
  return svg(width, height, [
    ...ticks,
    ...drawn,
    html`<text x="${left}" y="${height - 6}">${labels[0]}</text>`,
    html`<text x="${width - 8}" y="${height - 6}" class="end">${labels[1]}</text>`,
  ]);
}

/** Draws columns of counts, such as a histogram or the minutes of an hour. */
export function drawColumns(counts: readonly number[], labels: readonly string[]): Markup {
  const [width, height, bottom] = [640, 136, 28];
  const most = Math.max(...counts, 1);
  const y = scaleLinear([0, most], [0, height - bottom - 14]);
  const step = width / counts.length;
  const every = counts.length > 30 ? 10 : 2;
  return svg(width, height, [
    html`<line class="rule" x1="0" x2="${width}" y1="${height - bottom}" y2="${height - bottom}"></line>`,
    ...counts.map((count, index) => {
      const size = y(count);
      return html`${
        count > 0 &&
        html`<rect
          class="main"
          x="${round(index * step + 1)}"
          y="${round(height - bottom - size)}"
          width="${round(step - 2)}"
          height="${round(size)}"
        ></rect>`
      }${
        (counts.length - 1 - index) % every === 0 &&
        html`<text x="${round((index + 0.5) * step)}" y="${height - 6}" class="middle">${labels[index] ?? ''}</text>`
      }`;
    }),
  ]);
}
