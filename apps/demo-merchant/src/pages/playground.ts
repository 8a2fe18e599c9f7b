/** The playground: every state of the step, in every theme, without a payment. */

import { pseudoLocales } from '@plural-otp/flow/pseudo-locales';
import type { BrowserFiles } from '../browser-files.ts';
import { dataBlock, type Html, html } from '../html.ts';
import { getLanguageName } from '../languages.ts';
import { apiTables } from './api-table.ts';
import { sceneGroups } from './playground-states.ts';

type Choices = readonly (readonly [value: string, label: string])[];

/** Returns the head of the playground. */
export function playgroundHead({ component, own }: BrowserFiles): Html {
  return html`${componentHead(component)}
    <link rel="stylesheet" href="${own['playground.css'] ?? ''}" />
    <script type="module" src="${own['playground.js'] ?? ''}"></script>`;
}

/** Returns what loads the component. All themes are disabled at first; the page's script enables one. */
export function componentHead({ element, styles, more }: BrowserFiles['component']): Html {
  const themes = more.filter(({ url }) => url.endsWith('.css'));
  return html`<link rel="stylesheet" href="${styles.url}" integrity="${styles.integrity}" />
    ${themes.map(
      ({ url, integrity }) =>
        html`<link
          rel="stylesheet"
          href="${url}"
          integrity="${integrity}"
          media="not all"
          data-theme="${getBaseName(url)}"
        /> `,
    )}
    <script type="module" src="${element.url}" integrity="${element.integrity}" crossorigin="anonymous"></script>`;
}

/** Renders the playground. `home` is where its title leads: the shop, or whoever else serves it. */
export function playgroundPage(
  { component, api }: Pick<BrowserFiles, 'component' | 'api'>,
  home: { readonly url: string; readonly name: string } = { url: '/', name: 'Shop' },
): Html {
  const named = (kind: string): string[] =>
    component.more.map(({ url }) => url).flatMap((url) => (url.includes(`/${kind}/`) ? [getBaseName(url)] : []));
  const themes: Choices = [['', 'None'], ...named('themes').map((name) => [name, capitalize(name)] as const)];
  const languages: Choices = [
    ['', 'English'],
    ...named('locales').map((tag) => [tag, getLanguageName(tag)] as const),
    ['en-XA', 'Pseudo: longer'],
    ['ar-XB', 'Pseudo: right to left'],
  ];
  return html`<div class="playground">
    <header class="playground-title">
      <h1>Playground</h1>
      <p>
        Every state of <code>&lt;plural-otp&gt;</code>, in every theme. No request is sent, and no card is charged. Type
        <code>123456</code> to pay; any other is wrong.
      </p>
      <p class="title-actions">
        <a class="button quiet small" href="${home.url}">${home.name}</a>
        <button class="button quiet small" type="button" id="open-sheet">All states</button>
        <button class="button small" type="button" id="play">Try it</button>
      </p>
      <noscript><p class="alert">The playground needs JavaScript.</p></noscript>
    </header>

    <section class="stage" aria-label="The step">
      <div class="stage-bar">
        <p class="stage-status">
          <span class="visually-hidden">State:</span> <code id="status">idle</code> <span id="problem"></span>
        </p>
        ${radios('scheme', 'Colours', [
          ['', 'System'],
          ['light', 'Light'],
          ['dark', 'Dark'],
        ])}
        ${radios('width', 'Width', [
          ['320', '320'],
          ['390', '390'],
          ['', 'Desktop'],
        ])}
        ${check('zoom', '200 %', '2')} ${check('slow', 'Slow network')}
      </div>
      <div class="stage-floor" id="floor">
        <plural-otp manual>
          <button slot="pay-again" type="button" class="button quiet">Choose another card</button>
        </plural-otp>
      </div>
    </section>

    <section class="states" aria-labelledby="states-title">
      <div class="section-head">
        <h2 id="states-title">States</h2>
        <button class="button quiet small" type="button" id="auto-play" aria-pressed="false">Auto-play</button>
      </div>
      <label class="visually-hidden" for="state-search">Search the states</label>
      <input type="search" id="state-search" placeholder="Search, or use ← and →" autocomplete="off" />
      ${sceneGroups.map(
        ({ title, scenes }) =>
          html`<details class="state-group" data-title="${title}" open>
            <summary>${title} <span class="count">${scenes.length}</span></summary>
            ${scenes.map(
              ({ id, name }) =>
                html`<button type="button" class="chip" data-scene="${id}" aria-pressed="false">${name}</button> `,
            )}
          </details>`,
      )}
      <p class="fine" id="no-state" role="status" hidden>No state matches.</p>
    </section>

    <section class="controls" aria-labelledby="settings-title">
      <div class="section-head">
        <h2 id="settings-title">Settings</h2>
        <button class="button quiet small" type="button" id="reset">Reset</button>
      </div>
      ${radios('theme', 'Theme', themes)}
      <div class="control">
        <label for="accent" title="--plural-otp-accent">Accent</label>
        <input type="color" id="accent" data-setting="accent" value="#1d56d0" /> <output for="accent"></output>
      </div>
      ${range({ name: 'radius', label: 'Radius', property: '--plural-otp-radius', min: 0, max: 24, step: 1, unit: 'px' })}
      ${range({ name: 'size', label: 'Text size', property: '--plural-otp-font-size', min: 0.875, max: 1.5, step: 0.0625, unit: 'rem' })}
      ${range({ name: 'space', label: 'Spacing', property: '--plural-otp-space', min: 0.5, max: 1.5, step: 0.125, unit: 'rem' })}
      ${select('font', 'Font', [
        ['', 'Theme default'],
        ['system', 'System'],
        ['serif', 'Serif'],
        ['rounded', 'Rounded'],
        ['mono', 'Monospace'],
      ])}
      ${select('lang', 'Language', languages)}
      ${select('length', 'Digits', [['', '4 to 8, one field'], ...[4, 5, 6, 7, 8].map((n) => [`${n}`, `${n} cells`] as const)])}
      ${check('autosubmit', 'Submit a pasted or autofilled OTP automatically')}
      ${check('manual', 'Request the OTP only after a click')}
      <dl class="contrast" aria-label="Contrast">
        ${(['text', 'link', 'button'] as const).map(
          (name) =>
            html`<div data-contrast="${name}">
              <dt>${capitalize(name)}</dt>
              <dd></dd>
            </div>`,
        )}
      </dl>
      <p class="fine" id="contrast-advice"></p>
      <button class="button quiet small" type="button" id="copy-theme">Copy as a theme file</button>
      <button class="button quiet small" type="button" id="share">Copy a link to these settings</button>
    </section>

    <section class="code" aria-labelledby="code-title">
      <div class="section-head">
        <h2 id="code-title">Code for your page</h2>
        ${radios('snippet', 'Framework', [
          ['', 'Script tag'],
          ['react', 'React'],
          ['preact', 'Preact'],
          ['vue', 'Vue'],
          ['svelte', 'Svelte'],
          ['solid', 'Solid'],
          ['angular', 'Angular'],
        ])}
      </div>
      <div id="snippet"></div>
    </section>

    <section class="event-log" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <ol id="events"></ol>
      <p class="fine">Events bubble. They contain the payment’s reference, never an OTP.</p>
    </section>
    <section class="reference" aria-labelledby="reference-title">
      <h2 id="reference-title">Reference</h2>
      ${apiTables(api)}
    </section>

    <dialog class="sheet" id="sheet" aria-labelledby="sheet-title">
      <div class="section-head">
        <h2 id="sheet-title">All states</h2>
        <button class="button quiet small" type="button" data-close>Close</button>
      </div>
      <div class="sheet-grid" tabindex="0" role="region" aria-label="Every state, light and dark"></div>
    </dialog>
    <p class="visually-hidden" role="status" id="copy-status"></p>
    ${dataBlock('playground', { scenes: sceneGroups.flatMap(({ scenes }) => scenes), files: component, pseudoLocales })}
  </div>`;
}

function radios(name: string, legend: string, choices: Choices): Html {
  return html`<fieldset class="segments">
    <legend>${legend}</legend>
    ${choices.map(
      ([value, label]) =>
        html`<label
          ><input type="radio" name="${name}" data-setting="${name}" value="${value}" /><span>${label}</span></label
        >`,
    )}
  </fieldset>`;
}

interface Range {
  readonly name: string;
  readonly label: string;
  /** Custom property that the control sets. */
  readonly property: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: string;
}

function range({ name, label, property, min, max, step, unit }: Range): Html {
  return html`<div class="control">
    <label for="${name}" title="${property}">${label}</label>
    <input
      type="range"
      id="${name}"
      data-setting="${name}"
      data-property="${property}"
      data-unit="${unit}"
      min="${min}"
      max="${max}"
      step="${step}"
    />
    <output for="${name}"></output>
  </div>`;
}

function select(name: string, label: string, choices: Choices): Html {
  return html`<div class="control">
    <label for="${name}">${label}</label>
    <select id="${name}" data-setting="${name}">
      ${choices.map(([value, text]) => html`<option value="${value}">${text}</option>`)}
    </select>
  </div>`;
}

function check(name: string, label: string, value = '1'): Html {
  return html`<label class="check"><input type="checkbox" data-setting="${name}" value="${value}" /> ${label}</label>`;
}

/** Returns the name of a file, such as `warm` for `/assets/themes/warm.css`. */
function getBaseName(url: string): string {
  return url.replace(/^.*\//, '').replace(/\.\w+$/, '');
}

function capitalize(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
