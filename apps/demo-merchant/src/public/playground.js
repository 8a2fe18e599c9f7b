// The playground: shows the step in any state, with any settings, and the code for it. Sends no request to any server.
import { createScriptedBackend } from './playground-backend.js';
import { darkenForLightSurface, measureContrast, minContrast } from './playground-contrast.js';
import { createSnippets } from './playground-snippets.js';
import { defaultSettings, parseSettings, serializeSettings, toDeclarations } from './playground-theme.js';

const { scenes, files, pseudoLocales } = JSON.parse(document.getElementById('playground').textContent);
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const step = document.querySelector('plural-otp');
const floor = byId('floor');
const controls = all('[data-setting]');
const firstScene = 'awaitingOtp';
const findScene = (id) => scenes.find((scene) => scene.id === id) ?? scenes.find((scene) => scene.id === firstScene);

let settings = parseSettings(location.hash);
let currentScene;
let paymentCount = 0;

/** Assigns a view a new payment reference, so that nothing typed for the previous payment remains. */
function withNewReference(view) {
  paymentCount += 1;
  return { ...view, revision: 1, reference: `PLAY-${String(paymentCount).padStart(4, '0')}` };
}

/** Waits until the component has rendered, including the updates that its first render causes. */
async function waitForRender() {
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

const sceneActions = {
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

/** Ends the simulated loss of connection, if the current scene has one. */
function goOnline() {
  if (currentScene?.action === 'offline') dispatchEvent(new Event('online'));
}

async function show(scene) {
  goOnline();
  currentScene = scene;
  const view = withNewReference(scene.view);
  // A scene does not change until the visitor does something; only a real start runs automatically.
  step.manual = true;
  step.autosubmit = false;
  step.view = view;
  step.transport = createScriptedBackend(view, {
    neverResponds: scene.neverResponds,
    isImmediate: scene.action === 'resend',
  });
  await waitForRender();
  if (currentScene !== scene) return;
  sceneActions[scene.action]?.();
  await waitForRender();
  step.autosubmit = settings.autosubmit !== '';
  updateStatus();
}

async function play() {
  goOnline();
  currentScene = undefined;
  const view = withNewReference(findScene('idle').view);
  step.autosubmit = settings.autosubmit !== '';
  step.manual = settings.manual !== '';
  step.view = view;
  step.transport = createScriptedBackend(view);
  updateSettings({ state: '' });
  await waitForRender();
  updateStatus();
}

/** Shows the status of the step, and marks the button of its scene. */
function updateStatus(detail) {
  for (const chip of all('[data-scene]')) {
    chip.setAttribute('aria-pressed', String(chip.dataset.scene === currentScene?.id));
  }
  if (detail) {
    byId('status').textContent = detail.status;
    byId('problem').textContent = detail.problem ?? '';
  }
  updateContrast();
}

/** Changes settings, and with them the address and the page. */
function updateSettings(changes) {
  settings = { ...settings, ...changes };
  const hash = serializeSettings(settings);
  if (location.hash !== hash) history.replaceState(null, '', `${location.pathname}${hash}`);
  applySettings();
}

/** Applies the settings to the step, the controls and the code. */
function applySettings() {
  for (const link of all('link[data-theme]')) link.media = link.dataset.theme === settings.theme ? 'all' : 'not all';
  const declarations = toDeclarations(settings);
  // The content security policy forbids style attributes in markup, so each property is set through the CSSOM.
  step.removeAttribute('style');
  for (const [name, value] of declarations) step.style.setProperty(name, value);
  floor.dataset.scheme = settings.scheme;
  floor.dataset.width = settings.width;
  step.otpLength = Number(settings.length) || undefined;
  step.autosubmit = settings.autosubmit !== '';
  void loadLanguage(settings.lang);
  updateControls();
  renderSnippets(declarations);
  requestAnimationFrame(updateContrast);
}

/** Loads a language's file, then sets `lang`, because the element shows English until its messages are registered. */
async function loadLanguage(tag) {
  const file = files.more.find(({ url }) => url.endsWith(`/locales/${tag}.js`));
  if (file) await import(file.url);
  if (settings.lang !== tag) return;
  step.messages = pseudoLocales[tag];
  step.lang = file ? tag : 'en';
}

/** Moves the controls to the settings, or to the theme's values where nothing is set. */
function updateControls() {
  const style = getComputedStyle(step);
  for (const control of controls) {
    const name = control.dataset.setting;
    const value = settings[name];
    if (control.type === 'radio') control.checked = control.value === value;
    else if (control.type === 'checkbox') control.checked = value !== '';
    else if (control.type === 'range') {
      const property = { radius: 'radius', size: 'font-size', space: 'space' }[name];
      control.value = value || toControlUnit(style.getPropertyValue(`--plural-otp-${property}`), name);
    } else if (name !== 'accent' || value) control.value = value;
    const output = document.querySelector(`output[for="${name}"]`);
    if (output) output.textContent = value ? `${value}${control.dataset.unit ?? ''}` : 'default';
  }
}

/** Converts a theme's length to the unit of its control: pixels for `radius`, else rem. */
function toControlUnit(length, name) {
  const fallback = { radius: '0.5rem', size: '1rem', space: '1rem' }[name];
  const number = Number.parseFloat(length || fallback);
  return name === 'radius' && (length || fallback).endsWith('rem') ? number * 16 : number;
}

function renderSnippets(declarations) {
  // A pseudo-locale has no file that a page could load.
  const lang = settings.lang in pseudoLocales ? '' : settings.lang;
  const figures = createSnippets({ ...settings, lang }, declarations, files).map(({ name, text }) => {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    const copy = document.createElement('button');
    const pre = document.createElement('pre');
    const code = document.createElement('code');
    copy.type = 'button';
    copy.className = 'button quiet small';
    copy.textContent = 'Copy';
    copy.setAttribute('aria-label', `Copy ${name}`);
    copy.addEventListener('click', () => void copyToClipboard(text, `${name} copied.`));
    const title = document.createElement('span');
    title.textContent = name;
    caption.append(title, copy);
    code.textContent = text;
    // A region that scrolls must be focusable for keyboard users.
    pre.tabIndex = 0;
    pre.setAttribute('role', 'region');
    pre.setAttribute('aria-label', name);
    pre.append(code);
    figure.append(caption, pre);
    return figure;
  });
  byId('snippet').replaceChildren(...figures);
}

async function copyToClipboard(text, message) {
  const status = byId('copy-status');
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = message;
  } catch {
    status.textContent = 'Your browser blocks copying here. Please select the text and copy it yourself.';
  }
  status.classList.add('toast');
  setTimeout(() => status.classList.remove('toast'), 2500);
}

/** Shows the contrast of the rendered parts, and what to do where it is too low. */
function updateContrast() {
  const { accent, ratios } = measureContrast(step);
  if (accent && !settings.accent) byId('accent').value = accent;
  for (const row of all('[data-contrast]')) {
    const ratio = ratios[row.dataset.contrast];
    const isEnough = ratio >= minContrast;
    row.hidden = ratio === undefined;
    row.dataset.good = String(isEnough);
    row.querySelector('dd').textContent = row.hidden ? '' : `${ratio.toFixed(1)} ${isEnough ? '✓' : 'too low'}`;
  }
  updateContrastAdvice(ratios.link < minContrast);
}

/** Warns when the accent is too pale for links, and offers the nearest darker colour that is readable. */
function updateContrastAdvice(isTooPale) {
  const advice = byId('contrast-advice');
  const darker = settings.accent && darkenForLightSurface(settings.accent);
  const text = isTooPale ? `Links need a contrast of at least ${minContrast}. ` : '';
  if (advice.dataset.shown === `${text}${darker}`) return;
  advice.dataset.shown = `${text}${darker}`;
  advice.textContent = text;
  if (!isTooPale || !darker || darker === settings.accent) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button quiet small';
  button.textContent = `Use ${darker}`;
  button.addEventListener('click', () => {
    updateSettings({ accent: darker });
    byId('accent').focus();
  });
  advice.append(button);
}

for (const control of controls) {
  control.addEventListener(control.type === 'range' || control.type === 'color' ? 'input' : 'change', () => {
    const isOff = control.type === 'checkbox' && !control.checked;
    updateSettings({ [control.dataset.setting]: isOff ? '' : control.value });
  });
}
for (const chip of all('[data-scene]')) {
  chip.addEventListener('click', () => {
    const { scene } = chip.dataset;
    updateSettings({ state: scene === firstScene ? '' : scene });
    // On a phone the step may be out of view above the buttons.
    if (floor.getBoundingClientRect().bottom < 120) floor.parentElement.scrollIntoView();
    void show(findScene(scene));
  });
}
byId('play').addEventListener('click', () => void play());
byId('reset').addEventListener('click', () => {
  updateSettings({ ...defaultSettings, state: settings.state, snippet: settings.snippet });
});
byId('share').addEventListener('click', () => void copyToClipboard(location.href, 'Link copied.'));
step.querySelector('[slot=pay-again]').addEventListener('click', () => void play());

for (const name of ['state', 'authorized', 'failed', 'cancelled', 'unresolved', 'expired', 'redirect']) {
  step.addEventListener(`plural-otp-${name}`, ({ type: eventType, detail }) => {
    const line = document.createElement('li');
    const title = document.createElement('code');
    title.textContent = eventType;
    const { challengeUrl: _, ...logged } = detail;
    line.append(title, ` ${JSON.stringify(logged).replaceAll('"', '').replaceAll(/[,:]/g, '$& ')}`);
    byId('events').prepend(line);
    while (byId('events').childElementCount > 6) byId('events').lastElementChild.remove();
    if (name !== 'state') return;
    // The flow times out after half a minute, so a scene without a response is then shown again.
    if (currentScene?.neverResponds && detail.previous === currentScene.status) void show(currentScene);
    updateStatus(detail);
  });
}
// The playground has no bank page: the step may announce the redirect, and the visitor stays here.
step.addEventListener('click', (event) => {
  if (event.composedPath().some((node) => node instanceof HTMLAnchorElement)) event.preventDefault();
});
addEventListener('hashchange', () => {
  const previousState = settings.state;
  settings = parseSettings(location.hash);
  applySettings();
  if (settings.state !== previousState) void show(findScene(settings.state));
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', updateContrast);

await customElements.whenDefined('plural-otp');
applySettings();
await show(findScene(settings.state));
