/** The login of the merchant's page. */

import { type Html, html } from '../../html.ts';
import type { LoginResult } from '../../merchant/login.ts';

/** Data of the login page. */
export interface LoginPage {
  /** Address to go to after the login. */
  readonly next: string;
  readonly problem: Exclude<LoginResult['kind'], 'welcome'> | undefined;
  /** Password that is shown, because it is the demo's. */
  readonly hint: string | undefined;
}

const problems: Readonly<Record<NonNullable<LoginPage['problem']>, string>> = {
  wrong: 'That password is not right. Please try again.',
  tooMany: 'Too many wrong passwords. Please wait a minute, then try again.',
  closed: 'Nobody can log in yet: set MERCHANT_PASSWORD for the shop, at least 8 characters, and start it again.',
};

/** Renders the login page. */
export function loginPage({ next, problem, hint }: LoginPage): Html {
  return html`<section class="panel login" aria-labelledby="login">
    <h1 id="login">Merchant login</h1>
    ${problem !== undefined && html`<div class="alert" role="alert" id="problem"><p>${problems[problem]}</p></div>`}
    ${
      hint !== undefined &&
      html`<p class="note">
        <span>Demo: the password is <code>${hint}</code></span>
      </p>`
    }
    <form method="post" action="/merchant/login">
      <input type="hidden" name="next" value="${next}" />
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        ${problem === 'wrong' && html`aria-invalid="true" aria-describedby="problem"`}
      />
      <button class="button wide-button" type="submit">Log in</button>
    </form>
  </section>`;
}
