import { executeServerCommand } from '@web/test-runner-commands';
import { nextFrame } from './harness.ts';

/** What the engine tells assistive technology of a node. Description and states: Chromium alone says them. */
export interface AccessibleNode {
  readonly role: string;
  readonly name: string;
  readonly description?: string;
  readonly states?: Readonly<Record<string, unknown>>;
}

/** One step of an input method: a text still under way, or the one decided on. */
export type CompositionStep = { readonly composing: string } | { readonly commit: string };

/** Two keys held together, for real: `chord('Control', 'v')`. */
export async function pressChord(modifier: string, key: string): Promise<void> {
  await executeServerCommand('device-chord', [modifier, key]);
}

/** Copies `text` by real keys from a field of its own, and pastes it by real keys into `input`. */
export async function paste(text: string, input: HTMLInputElement): Promise<void> {
  const source = document.createElement('textarea');
  source.value = text;
  document.body.append(source);
  source.focus();
  source.select();
  await pressChord('Control', 'c');
  source.remove();
  input.focus();
  await pressChord('Control', 'v');
  await nextFrame();
}

/** Emulated media features; false where the engine cannot. */
export async function emulateMedia(features: { name: string; value: string }[]): Promise<boolean> {
  return executeServerCommand('device-media', features);
}

/** The size of the window in CSS pixels; false where the engine cannot. */
export async function setViewport(width: number, height: number, deviceScaleFactor = 1): Promise<boolean> {
  return executeServerCommand('device-viewport', { width, height, deviceScaleFactor });
}

/** A place in the window, in CSS pixels. */
export type Point = readonly [x: number, y: number];

/** `across` of the way over a node, from its left edge, at half its height. */
export function pointOn(node: Element, across = 0.5): Point {
  const { left, top, width, height } = node.getBoundingClientRect();
  return [Math.round(left + width * across), Math.round(top + height / 2)];
}

/** Presses the mouse at one place and lets it go at another. */
export async function drag(from: Point, to: Point): Promise<void> {
  await executeServerCommand('device-drag', [from, to]);
}

/** Drags the text selected at one place to another, and drops it there. Chromium only. */
export async function drop(from: Point, to: Point): Promise<void> {
  await executeServerCommand('device-drop', [from, to]);
}

export async function doubleClick(at: Point): Promise<void> {
  await executeServerCommand('device-double-click', at);
}

/** What an input method does. Chromium only. */
export async function composeText(...steps: CompositionStep[]): Promise<void> {
  await executeServerCommand('device-compose', steps);
}

/** Puts a node in a pseudo-class, as the browser itself does. Chromium only. */
export async function forcePseudoClasses(node: Element, ...pseudoClasses: string[]): Promise<void> {
  exposeNodes([node]);
  await executeServerCommand('device-pseudo', pseudoClasses);
}

/** The font families the glyphs of a node come from. Chromium only. */
export async function getRenderedFonts(node: Element): Promise<{ family: string; glyphs: number }[]> {
  exposeNodes([node]);
  return executeServerCommand('device-fonts', []);
}

/** Role and name of each node as the engine computes them. Firefox only says whether they are the expected ones. */
export async function getAccessibleNodes(
  ...expected: { node: Element; role: string; name: string }[]
): Promise<AccessibleNode[]> {
  exposeNodes(expected.map(({ node }) => node));
  return executeServerCommand(
    'device-computed',
    expected.map(({ role, name }) => ({ role, name })),
  );
}

/** Where the server's half of a command finds the nodes. */
function exposeNodes(nodes: Element[]): void {
  Object.assign(globalThis, { pointedAt: nodes });
}
