/** The playground: every state of the step, in every theme, without a payment. */

import { pseudoLocales } from '@plural-otp/flow/pseudo-locales';
import type { BrowserFiles } from '../browser-files.ts';
import { dataBlock, type Html, html } from '../html.ts';
import { sceneGroups } from './playground-states.ts';

type Component = BrowserFiles['component'];
type Choices = readonly (readonly [value: string, label: string])[];

/** Returns the head of the playground. All themes are disabled at first; the page's script enables one. */
export function playgroundHead({ element, styles, more }: Component): Html {
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
    <link rel="stylesheet" href="/assets/playground.css" />
    <script type="module" src="${element.url}" integrity="${element.integrity}" crossorigin="anonymous"></script>
    <script type="module" src="/assets/playground.js"></script>`;
}

/** Renders the playground. */
export function playgroundPage(component: Component): Html {
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
      <p class="lead">
        Every state of <code>&lt;plural-otp&gt;</code>, in every theme. Nothing here is real: the page simulates the
        responses, sends no request, and charges no card. Type <code>123456</code> to pay; any other is wrong.
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
        <button class="button small" type="button" id="play">Run the whole flow</button>
      </div>
      ${sceneGroups.map(
        ({ title, scenes }) =>
          html`<div class="state-group" role="group" aria-label="${title}">
            <h3>${title}</h3>
            ${scenes.map(
              ({ id, name }) =>
                html`<button type="button" class="chip" data-scene="${id}" aria-pressed="false">${name}</button> `,
            )}
          </div>`,
      )}
    </section>

    <section class="controls" aria-labelledby="settings-title">
      <div class="section-head">
        <h2 id="settings-title">Settings</h2>
        <button class="button quiet small" type="button" id="reset">Reset</button>
      </div>
      ${radios('theme', 'Theme', themes)}
      <div class="control">
        <label for="accent">Accent</label>
        <input type="color" id="accent" data-setting="accent" value="#1d56d0" /> <output for="accent"></output>
      </div>
      ${range('radius', 'Corners', 0, 24, 1, 'px')} ${range('size', 'Font size', 0.875, 1.5, 0.0625, 'rem')}
      ${range('space', 'Spacing', 0.5, 1.5, 0.125, 'rem')}
      ${select('font', 'Font', [
        ['', 'Theme default'],
        ['system', 'System'],
        ['serif', 'Serif'],
        ['rounded', 'Rounded'],
        ['mono', 'Monospace'],
      ])}
      ${select('lang', 'Language', languages)}
      ${select('length', 'Digits', [['', '4 to 8, one field'], ...[4, 5, 6, 7, 8].map((n) => [`${n}`, `${n} cells`] as const)])}
      ${check('autosubmit', 'Submit a pasted or autofilled code automatically')}
      ${check('manual', 'Request a code only after a click')}
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
      <button class="button quiet small" type="button" id="share">Copy a link to these settings</button>
    </section>

    <section class="code" aria-labelledby="code-title">
      <div class="section-head">
        <h2 id="code-title">Code for your page</h2>
        ${radios('snippet', 'Framework', [
          ['', 'Script tag'],
          ['react', 'React'],
          ['vue', 'Vue'],
          ['svelte', 'Svelte'],
          ['angular', 'Angular'],
        ])}
      </div>
      <div id="snippet"></div>
    </section>

    <section class="event-log" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <ol id="events"></ol>
      <p class="fine">Events bubble. They contain the payment’s reference, never a code.</p>
    </section>
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

function range(name: string, label: string, min: number, max: number, step: number, unit: string): Html {
  return html`<div class="control">
    <label for="${name}">${label}</label>
    <input
      type="range"
      id="${name}"
      data-setting="${name}"
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

function check(name: string, label: string): Html {
  return html`<label class="check"><input type="checkbox" data-setting="${name}" value="1" /> ${label}</label>`;
}

/** Returns the name of a file, such as `warm` for `/assets/themes/warm.css`. */
function getBaseName(url: string): string {
  return url.replace(/^.*\//, '').replace(/\.\w+$/, '');
}

function capitalize(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Returns the name of a language in that language. */
function getLanguageName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
}
