// The settings of the playground: one string for each control, empty where the theme decides.

import { lightenForDarkSurface, readableTextColor } from './playground-contrast.js';

/** Accepted values of each setting; anything else in an address is ignored. */
const patterns = {
  theme: /^[a-z]+$/,
  accent: /^#[0-9a-f]{6}$/,
  radius: /^\d{1,2}$/,
  size: /^[01](\.\d{1,4})?$/,
  space: /^[01](\.\d{1,3})?$/,
  font: /^(system|serif|rounded|mono)$/,
  scheme: /^(light|dark)$/,
  lang: /^([a-z]{2,3}|en-XA|ar-XB)$/,
  length: /^[4-8]$/,
  autosubmit: /^1$/,
  manual: /^1$/,
  width: /^(320|390)$/,
  state: /^\w+$/,
  slow: /^1$/,
  zoom: /^2$/,
  snippet: /^(react|preact|vue|svelte|solid|angular)$/,
};

/** Settings of a playground that nobody has changed. */
export const defaultSettings = Object.freeze(Object.fromEntries(Object.keys(patterns).map((name) => [name, ''])));

/** Reads settings from the fragment of an address. */
export function parseSettings(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const settings = { ...defaultSettings };
  for (const [name, pattern] of Object.entries(patterns)) {
    const value = params.get(name) ?? '';
    if (pattern.test(value)) settings[name] = value;
  }
  return settings;
}

/** Returns the fragment that {@link parseSettings} reads; empty for the default settings. */
export function serializeSettings(settings) {
  const changed = Object.entries(settings).filter(([, value]) => value !== '');
  return changed.length > 0 ? `#${new URLSearchParams(changed)}` : '';
}

const families = {
  system: 'system-ui, sans-serif',
  serif: "ui-serif, Georgia, 'Noto Serif', serif",
  rounded: "ui-rounded, Nunito, 'Varela Round', system-ui, sans-serif",
  mono: "ui-monospace, Menlo, 'DejaVu Sans Mono', monospace",
};

/** Returns the CSS declarations of the settings: custom properties of the element, and the colour scheme if chosen. */
export function toDeclarations(settings) {
  const { scheme, accent, radius, size, space, font } = settings;
  const declarations = [];
  if (scheme) declarations.push(['color-scheme', scheme]);
  if (accent) {
    const dark = lightenForDarkSurface(accent);
    declarations.push(
      ['--plural-otp-accent', lightDark(accent, dark)],
      ['--plural-otp-on-accent', lightDark(readableTextColor(accent), readableTextColor(dark))],
    );
  }
  if (radius) declarations.push(['--plural-otp-radius', `${radius}px`]);
  if (size) declarations.push(['--plural-otp-font-size', `${size}rem`]);
  if (space) declarations.push(['--plural-otp-space', `${space}rem`]);
  if (font) declarations.push(['--plural-otp-font', families[font]]);
  return declarations;
}

const lightDark = (light, dark) => (light === dark ? light : `light-dark(${light}, ${dark})`);
