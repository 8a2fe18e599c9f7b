// The playground: shows the step in any state and any look, and the code for it. Asks no server for anything.
import { scriptedBackend } from './playground-backend.js';
import { contrastOf, deepEnough, readable } from './playground-contrast.js';
import { declarationsOf, hashOf, lookFrom, plainLook } from './playground-theme.js';
import { snippetOf } from './playground-snippets.js';

const { scenes, files } = JSON.parse(document.getElementById('playground').textContent);
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const step = document.querySelector('plural-otp');
const floor = byId('floor');
const knobs = all('[data-knob]');
const firstScene = 'awaitingOtp';

let look = lookFrom(location.hash);
let shown;
let count = 0;

/** A payment of its own each time, so that nothing typed into the one before stays. */
function numbered(view) {
  count += 1;
  return { ...view, revision: 1, reference: `PLAY-${String(count).padStart(4, '0')}` };
}

async function settled() {
  for (let turn = 0; turn < 3; turn += 1) {
    await step.updateComplete;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Writes a code into the field the way a password manager does. */
function type(code) {
  const field = step.querySelector('input');
  field.value = code;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

const deeds = {
  type: () => type('482913'),
  typeTooLittle() {
    type('48');
    step.submit();
  },
  submit() {
    type('482913');
    step.submit();
  },
  resend: () => step.resend(),
  redirect: () => step.redirect(),
  offline: () => dispatchEvent(new Event('offline')),
};

async function show(scene) {
  if (shown?.deed === 'offline') dispatchEvent(new Event('online'));
  shown = scene;
  const view = numbered(scene.view);
  // A scene stands still until something is done in it; only a real start runs by itself.
  step.manual = true;
  step.autosubmit = false;
  step.view = view;
  step.transport = scriptedBackend(view, { holds: scene.holds, prompt: scene.deed === 'resend' });
  await settled();
  if (shown !== scene) return;
  deeds[scene.deed]?.();
  await settled();
  step.autosubmit = look.autosubmit !== '';
  mark();
}

async function play() {
  if (shown?.deed === 'offline') dispatchEvent(new Event('online'));
  shown = undefined;
  const first = scenes.find(({ id }) => id === 'idle');
  const view = numbered(first.view);
  step.autosubmit = look.autosubmit !== '';
  step.manual = look.manual !== '';
  step.view = view;
  step.transport = scriptedBackend(view);
  turn({ state: '' });
  await settled();
  mark();
}

/** Says where the step stands, and which scene that is. */
function mark(detail) {
  for (const chip of all('[data-scene]')) chip.setAttribute('aria-pressed', String(chip.dataset.scene === shown?.id));
  if (detail) {
    byId('status').textContent = detail.status;
    byId('problem').textContent = detail.problem ?? '';
  }
  measure();
}

/** Changes some knobs, and everything that follows from them. */
function turn(changes) {
  look = { ...look, ...changes };
  if (location.hash !== hashOf(look)) history.replaceState(null, '', `${location.pathname}${hashOf(look)}`);
  wear();
}

function wear() {
  for (const link of all('link[data-theme]')) link.media = link.dataset.theme === look.theme ? 'all' : 'not all';
  const declarations = declarationsOf(look);
  // Only what is set through its own properties: the policy allows no inline style.
  step.removeAttribute('style');
  for (const [name, value] of declarations) step.style.setProperty(name, value);
  floor.dataset.scheme = look.scheme;
  floor.dataset.width = look.width;
  step.otpLength = Number(look.length) || undefined;
  step.autosubmit = look.autosubmit !== '';
  void speak(look.lang);
  turnKnobs();
  writeSnippet(declarations);
  requestAnimationFrame(measure);
}

/** A language is a file of its own; it is named to the element once its words are there. */
async function speak(tag) {
  const file = files.more.find(({ url }) => url.endsWith(`/locales/${tag}.js`));
  if (file) await import(file.url);
  if (look.lang === tag) step.lang = file ? tag : 'en';
}

/** Puts the controls where the look says, or where the theme has them. */
function turnKnobs() {
  const style = getComputedStyle(step);
  for (const knob of knobs) {
    const name = knob.dataset.knob;
    const value = look[name];
    if (knob.type === 'radio') knob.checked = knob.value === value;
    else if (knob.type === 'checkbox') knob.checked = value !== '';
    else if (knob.type === 'range') {
      const standard = { radius: 'radius', size: 'font-size', space: 'space' }[name];
      knob.value = value || pixels(style.getPropertyValue(`--plural-otp-${standard}`), name);
    } else if (name !== 'accent' || value) knob.value = value;
    const said = document.querySelector(`output[for="${name}"]`);
    if (said) said.textContent = value ? `${value}${knob.dataset.unit ?? ''}` : 'the theme’s';
  }
}

/** A theme's length in the knob's own unit. */
function pixels(length, name) {
  const plain = { radius: '0.5rem', size: '1rem', space: '1rem' }[name];
  const number = Number.parseFloat(length || plain);
  return name === 'radius' && (length || plain).endsWith('rem') ? number * 16 : number;
}

function writeSnippet(declarations) {
  const figures = snippetOf(look, declarations, files).map(({ name, text }) => {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    const copy = document.createElement('button');
    const pre = document.createElement('pre');
    const code = document.createElement('code');
    copy.type = 'button';
    copy.className = 'button quiet small';
    copy.textContent = 'Copy';
    copy.setAttribute('aria-label', `Copy ${name}`);
    copy.addEventListener('click', () => void copied(text, `${name} is copied.`));
    const title = document.createElement('span');
    title.textContent = name;
    caption.append(title, copy);
    code.textContent = text;
    // What scrolls has to be reached by keyboard.
    pre.tabIndex = 0;
    pre.setAttribute('role', 'region');
    pre.setAttribute('aria-label', name);
    pre.append(code);
    figure.append(caption, pre);
    return figure;
  });
  byId('snippet').replaceChildren(...figures);
}

async function copied(text, news) {
  try {
    await navigator.clipboard.writeText(text);
    byId('news').textContent = news;
  } catch {
    byId('news').textContent = 'The browser does not let this page copy: mark the text and copy it by hand.';
  }
  byId('news').classList.add('toast');
  setTimeout(() => byId('news').classList.remove('toast'), 2500);
}

/** Shows the contrast of what is in sight now, and what to do where it is too low. */
function measure() {
  const { accent, ratios } = contrastOf(step);
  if (accent && !look.accent) byId('accent').value = accent;
  for (const row of all('[data-contrast]')) {
    const ratio = ratios[row.dataset.contrast];
    row.hidden = ratio === undefined;
    row.dataset.good = String(ratio >= readable);
    row.querySelector('dd').textContent = row.hidden
      ? ''
      : `${ratio.toFixed(1)} ${ratio >= readable ? '✓' : 'too low'}`;
  }
  advise(ratios.link < readable);
}

/** A brand's colour may be too pale to read: says so, and offers the nearest that is not. */
function advise(pale) {
  const place = byId('contrast-advice');
  const deeper = look.accent && deepEnough(look.accent);
  const said = pale ? `Links need ${readable} to be readable. ` : '';
  if (place.dataset.said === `${said}${deeper}`) return;
  place.dataset.said = `${said}${deeper}`;
  place.textContent = said;
  if (!pale || !deeper || deeper === look.accent) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button quiet small';
  button.textContent = `Use ${deeper}`;
  button.addEventListener('click', () => {
    turn({ accent: deeper });
    byId('accent').focus();
  });
  place.append(button);
}

for (const knob of knobs) {
  knob.addEventListener(knob.type === 'range' || knob.type === 'color' ? 'input' : 'change', () => {
    const off = knob.type === 'checkbox' && !knob.checked;
    turn({ [knob.dataset.knob]: off ? '' : knob.value });
  });
}
for (const chip of all('[data-scene]')) {
  chip.addEventListener('click', () => {
    const { scene } = chip.dataset;
    turn({ state: scene === firstScene ? '' : scene });
    // On a phone the step may be far above.
    if (floor.getBoundingClientRect().bottom < 120) floor.parentElement.scrollIntoView();
    void show(scenes.find(({ id }) => id === scene));
  });
}
byId('play').addEventListener('click', () => void play());
byId('reset').addEventListener('click', () => turn({ ...plainLook, state: look.state, snippet: look.snippet }));
byId('share').addEventListener('click', () => void copied(location.href, 'The link is copied.'));
step.querySelector('[slot=pay-again]').addEventListener('click', () => void play());

for (const name of ['state', 'authorized', 'failed', 'cancelled', 'unresolved', 'expired', 'redirect']) {
  step.addEventListener(`plural-otp-${name}`, ({ type: heard, detail }) => {
    const line = document.createElement('li');
    const title = document.createElement('code');
    title.textContent = heard;
    const { challengeUrl: _, ...told } = detail;
    line.append(title, ` ${JSON.stringify(told).replaceAll('"', '').replaceAll(/[,:]/g, '$& ')}`);
    byId('events').prepend(line);
    while (byId('events').childElementCount > 6) byId('events').lastElementChild.remove();
    if (name !== 'state') return;
    // The flow's own patience ends after half a minute; a state that was asked for is shown again.
    if (shown?.holds && detail.previous === shown.status) void show(shown);
    mark(detail);
  });
}
// The bank's page is not there: the step may say that it goes, and stays.
step.addEventListener('click', (event) => {
  if (event.composedPath().some((node) => node instanceof HTMLAnchorElement)) event.preventDefault();
});
addEventListener('hashchange', () => {
  const before = look.state;
  look = lookFrom(location.hash);
  wear();
  if (look.state !== before) void show(sceneNamed(look.state));
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', measure);

const sceneNamed = (id) => scenes.find((scene) => scene.id === id) ?? scenes.find((scene) => scene.id === firstScene);

await customElements.whenDefined('plural-otp');
wear();
await show(sceneNamed(look.state));
