// A look: the value of every knob as text, empty where the theme decides.

import { inkOn, paleEnough } from './playground-contrast.js';

/** What each knob may hold; whatever else an address brings is left out. */
const patterns = {
  theme: /^[a-z]+$/,
  accent: /^#[0-9a-f]{6}$/,
  radius: /^\d{1,2}$/,
  size: /^[01](\.\d{1,4})?$/,
  space: /^[01](\.\d{1,3})?$/,
  font: /^(system|serif|rounded|mono)$/,
  scheme: /^(light|dark)$/,
  lang: /^[a-z]{2,3}$/,
  length: /^[4-8]$/,
  autosubmit: /^1$/,
  manual: /^1$/,
  width: /^(320|390)$/,
  state: /^\w+$/,
  snippet: /^(react|vue|svelte|angular)$/,
};

/** Where the knobs stand before anyone turns them. */
export const plainLook = Object.freeze(Object.fromEntries(Object.keys(patterns).map((name) => [name, ''])));

/** The look that the fragment of an address names. */
export function lookFrom(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const look = { ...plainLook };
  for (const [name, pattern] of Object.entries(patterns)) {
    const value = given.get(name) ?? '';
    if (pattern.test(value)) look[name] = value;
  }
  return look;
}

/** The fragment that names a look; empty for the plain one. */
export function hashOf(look) {
  const turned = Object.entries(look).filter(([, value]) => value !== '');
  return turned.length > 0 ? `#${new URLSearchParams(turned)}` : '';
}

const families = {
  system: 'system-ui, sans-serif',
  serif: "ui-serif, Georgia, 'Noto Serif', serif",
  rounded: "ui-rounded, Nunito, 'Varela Round', system-ui, sans-serif",
  mono: "ui-monospace, Menlo, 'DejaVu Sans Mono', monospace",
};

/** What a look sets on the element: custom properties, and the colour scheme if it is held to one. */
export function declarationsOf(look) {
  const declarations = [];
  if (look.scheme) declarations.push(['color-scheme', look.scheme]);
  if (look.accent) {
    const dark = paleEnough(look.accent);
    declarations.push(
      ['--plural-otp-accent', pair(look.accent, dark)],
      ['--plural-otp-on-accent', pair(inkOn(look.accent), inkOn(dark))],
    );
  }
  if (look.radius) declarations.push(['--plural-otp-radius', `${look.radius}px`]);
  if (look.size) declarations.push(['--plural-otp-font-size', `${look.size}rem`]);
  if (look.space) declarations.push(['--plural-otp-space', `${look.space}rem`]);
  if (look.font) declarations.push(['--plural-otp-font', families[look.font]]);
  return declarations;
}

const pair = (light, dark) => (light === dark ? light : `light-dark(${light}, ${dark})`);
