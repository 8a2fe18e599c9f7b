// The playground: shows the step in any state, with any settings, and the code for it. Sends no request to any server.
import './site/choices.js';
import { darkenForLightSurface, measureContrast, minContrast } from './playground-contrast.js';
import { createSnippets, styleRule } from './playground-snippets.js';
import { leaveScene, showScene, startPayment } from './playground/scenes.js';
import { setUpSheet } from './playground/sheet.js';
import { setUpStateList } from './playground/state-list.js';
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
const states = setUpStateList((id) => {
  updateSettings({ state: id === firstScene ? '' : id });
  void show(findScene(id));
});

async function show(scene) {
  leaveScene(currentScene);
  currentScene = scene;
  await showScene(step, scene, { isSlow: settings.slow !== '', isCurrent: () => currentScene === scene });
  if (currentScene !== scene) return;
  step.autosubmit = settings.autosubmit !== '';
  updateStatus();
}

/** Starts a payment that the visitor makes: nothing happens by itself but what would in a shop. */
async function tryIt() {
  states.stop();
  leaveScene(currentScene);
  currentScene = undefined;
  step.autosubmit = settings.autosubmit !== '';
  step.manual = settings.manual !== '';
  updateSettings({ state: '' });
  await startPayment(step, findScene('idle'), settings.slow !== '');
  updateStatus();
}

/** Shows the status of the step, and marks the button of its scene. */
function updateStatus(detail) {
  states.mark(currentScene?.id);
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
  prepare(step, declarations);
  floor.dataset.zoom = settings.zoom;
  floor.dataset.scheme = settings.scheme;
  floor.dataset.width = settings.width;
  step.autosubmit = settings.autosubmit !== '';
  void loadLanguage(settings.lang);
  updateControls();
  renderSnippets(declarations);
  requestAnimationFrame(updateContrast);
}

/** Gives a step the settings that change how it looks. */
function prepare(target, declarations = toDeclarations(settings)) {
  // The content security policy forbids style attributes in markup, so each property is set through the CSSOM.
  target.removeAttribute('style');
  for (const [name, value] of declarations) target.style.setProperty(name, value);
  target.otpLength = Number(settings.length) || undefined;
  target.messages = step.messages;
  target.lang = step.lang;
}

/** Loads a language's file, then sets `lang`, because the element shows English until its messages are registered. */
async function loadLanguage(tag) {
  const file = files.more.find(({ name }) => name === `locales/${tag}.js`);
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
      control.value = value || toControlUnit(style.getPropertyValue(control.dataset.property), name);
    } else if (name !== 'accent' || value) control.value = value;
    const output = document.querySelector(`output[for="${name}"]`);
    if (!output) continue;
    output.dataset.isDefault = String(value === '');
    output.textContent = `${control.value}${control.dataset.unit ?? ''}`;
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
byId('play').addEventListener('click', () => void tryIt());
byId('reset').addEventListener('click', () => {
  updateSettings({ ...defaultSettings, state: settings.state, snippet: settings.snippet });
});
byId('copy-theme').addEventListener('click', () => {
  void copyToClipboard(styleRule(toDeclarations(settings)), 'Theme file copied.');
});
byId('share').addEventListener('click', () => void copyToClipboard(location.href, 'Link copied.'));
step.querySelector('[slot=pay-again]').addEventListener('click', () => void tryIt());

const eventNames = 'ready state authorized failed superseded cancelled unresolved expired redirect error';
for (const name of eventNames.split(' ')) {
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
// The playground has no bank page: a step, also one of the sheet, may announce the redirect, and the visitor stays here.
document.addEventListener('click', (event) => {
  const path = event.composedPath();
  const isLink = path.some((node) => node instanceof HTMLAnchorElement);
  if (isLink && path.some(({ localName }) => localName === 'plural-otp')) event.preventDefault();
});
setUpSheet(scenes, prepare, () => {
  // The sheet ended the loss of connection that this scene shows.
  if (currentScene?.action === 'offline') void show(currentScene);
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
