/** The bar of the demo: what a visitor needs to know and to see, apart from the shop itself. */

import { type Html, html } from '../html.ts';

/** Content of the demo bar. */
export interface DemoBar {
  /** OTP that the test bank accepts; absent with a real account, and while the sandbox is away. */
  readonly otp: string | undefined;
  /** Address of the sandbox's page; absent like `otp`. */
  readonly sandboxUrl: string | undefined;
  /** Path of the page, to which dismissing the bar returns. */
  readonly path: string;
  /** True on the page with the drawer of test cards. */
  readonly hasTestCards: boolean;
}

/** Name of the cookie that hides the bar. */
export const demoBarCookieName = 'nilgiri_demo_bar';

/** Renders the demo bar. */
export function demoBar({ otp, sandboxUrl, path, hasTestCards }: DemoBar): Html {
  return html`<aside class="demo-bar" aria-label="Demo">
    <p class="demo-bar-title">
      <strong>Demo</strong> ${otp !== undefined && html`<span>OTP <code>${otp}</code></span>`}
    </p>
    <ul>
      ${
        hasTestCards &&
        html`<li class="with-script"><button type="button" data-open="test-cards">Test cards</button></li>`
      }
      ${
        sandboxUrl !== undefined &&
        html`<li><a href="${sandboxUrl}#phone" target="_blank" rel="noreferrer">Phone</a></li>
          <li><a href="${sandboxUrl}" target="_blank" rel="noreferrer">Sandbox</a></li>`
      }
      <li><a href="/merchant">Merchant</a></li>
      <li><a href="/playground">Playground</a></li>
    </ul>
    <form method="post" action="/demo/bar">
      <input type="hidden" name="to" value="${path}" />
      <button name="show" value="no" aria-label="Hide the demo bar">×</button>
    </form>
  </aside>`;
}

/** Renders the button that shows the bar again. */
export function showDemoBarForm(path: string): Html {
  return html`<form method="post" action="/demo/bar">
    <input type="hidden" name="to" value="${path}" />
    <button class="link-button" name="show" value="yes">Show the demo bar</button>
  </form>`;
}
