/** Draws where customers stop, and how banks do: the shop's own orders, and what insight counted at the step. */

import type { InsightReport, Share } from '@plural-otp/insight';
import { type Html, html } from '../../html.ts';
import type { OverviewSums } from '../../merchant/overview.ts';
import { plural } from './words.ts';

const endWords: Readonly<Record<string, string>> = {
  paidAtBank: 'paid on the bank’s page',
  declined: 'declined',
  rejected: 'wrong OTP',
  cancelled: 'cancelled',
  notSent: 'no OTP',
  away: 'page closed',
  atBank: 'at the bank’s page',
  silent: 'no sign',
};

const stepNames: Readonly<Record<string, string>> = {
  started: 'Native OTP started',
  sent: 'OTP sent',
  submitted: 'OTP typed',
  accepted: 'OTP accepted',
};

interface Step {
  readonly name: string;
  readonly count: number;
  readonly loss: string;
}

function toSteps({ placedCount, triedCount }: OverviewSums, { native }: InsightReport): Step[] {
  const left = placedCount - triedCount;
  const shown = native.steps.filter(({ name }) => name !== 'shown');
  // What was lost before the step was shown belongs to its start.
  const steps = shown.map(({ name, reached }, index) => {
    const next = shown[index + 1]?.reached ?? native.paid;
    const [cause] = native.steps
      .filter((step) => step.name === name || (name === 'started' && step.name === 'shown'))
      .flatMap(({ losses }) => losses);
    const lost = reached - next;
    const isAll = cause !== undefined && cause.count >= lost;
    const why = cause === undefined ? '' : `${isAll ? '' : ', mostly'} ${endWords[cause.end] ?? cause.end}`;
    return { name: stepNames[name] ?? name, count: reached, loss: lost > 0 ? `−${lost}${why}` : '' };
  });
  return [
    { name: 'Checkout opened', count: placedCount, loss: left > 0 ? `−${left} did not pay` : '' },
    { name: 'Pay pressed', count: triedCount, loss: '' },
    ...steps,
    { name: 'Paid', count: native.paid, loss: '' },
  ];
}

/** Renders the funnel. A loss stands at the step at which it happened. */
export function funnel(sums: OverviewSums, report: InsightReport): Html {
  const steps = toSteps(sums, report);
  const most = Math.max(1, ...steps.map(({ count }) => count));
  return html`<section class="panel" aria-labelledby="funnel">
    <div class="section-head">
      <h2 id="funnel">Where customers stop</h2>
      <a href="/merchant/insight?range=${report.range}">Everything in insight</a>
    </div>
    ${
      sums.placedCount === 0
        ? html`<p>No order in this span.</p>`
        : html`<ol class="funnel">
            ${steps.map(
              ({ name, count, loss }, index) =>
                html`<li ${index === steps.length - 1 && html`class="funnel-end"`}>
                  <span>${name}</span>
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect width="${((count / most) * 100).toFixed(2)}" height="10" />
                  </svg>
                  <span><strong>${count}</strong> <span class="loss">${loss}</span></span>
                </li>`,
            )}
          </ol>`
    }
    <p class="fine">The first two lines count orders, the others payments with native OTP. ${bankLine(report)}</p>
  </section>`;
}

function bankLine({ bank, simulated }: InsightReport): Html {
  return html`${bank.started > 0 && html`Another ${plural(bank.started, 'payment', 'payments')} went to the bank’s page at once, ${bank.paid} of them paid. `}${simulated > 0 && html`<strong>${plural(simulated, 'payment is', 'payments are')} simulated.</strong>`}`;
}

/** Renders the banks, the one with most payments first. */
export function banks({ issuers }: InsightReport): Html {
  const largest = issuers.toSorted((one, other) => other.paid.of - one.paid.of).slice(0, 7);
  return html`<section class="panel" aria-labelledby="banks">
    <h2 id="banks">By bank</h2>
    ${
      largest.length === 0
        ? html`<p>No payment in this span.</p>`
        : html`<div class="table-frame" role="region" aria-label="Table of banks" tabindex="0">
            <table class="bank-table">
              <thead>
                <tr>
                  <th scope="col">Bank</th>
                  <th scope="col">OTP sent</th>
                  <th scope="col">Typed</th>
                  <th scope="col">Paid</th>
                  <th scope="col">
                    <abbr title="Half typed the OTP within this time after it was sent">Median time</abbr>
                  </th>
                </tr>
              </thead>
              <tbody>
                ${largest.map(
                  ({ issuer, sent, missed, paid, typed }) =>
                    html`<tr>
                      <th scope="row">
                        <a href="/merchant/insight?${new URLSearchParams({ issuer }).toString()}">${issuer}</a>
                      </th>
                      <td>${sent.hits}</td>
                      <td>${percent(missed.of, sent.hits)}</td>
                      <td>${rate(paid)}</td>
                      <td>${typed.p50 === undefined ? '–' : `${Math.round(typed.p50)} s`}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

const percent = (part: number, of: number): string => (of === 0 ? '–' : `${Math.round((part / of) * 100)} %`);
const rate = ({ hits, of }: Share): string => percent(hits, of);
