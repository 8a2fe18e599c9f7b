import { executeServerCommand } from '@web/test-runner-commands';
import { nextFrame } from './harness.ts';

/** Accessibility properties of a node, as the engine computes them. Description and states: Chromium only. */
export interface AccessibleNode {
  readonly role: string;
  readonly name: string;
  readonly description?: string;
  readonly states?: Readonly<Record<string, unknown>>;
}

/** Step of an input method: uncommitted text, or a commit. */
export type CompositionStep = { readonly composing: string } | { readonly commit: string };

/** Presses two real keys together: `pressChord('Control', 'v')`. */
export async function pressChord(modifier: string, key: string): Promise<void> {
  await executeServerCommand('device-chord', [modifier, key]);
}

/** Copies `text` from a temporary field and pastes it into `input`, both by real keys. */
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

/** Emulates media features; returns false in an engine that cannot. */
export async function emulateMedia(features: { name: string; value: string }[]): Promise<boolean> {
  return executeServerCommand('device-media', features);
}

/** Sets the size of the window in CSS pixels; returns false in an engine that cannot. */
export async function setViewport(width: number, height: number, deviceScaleFactor = 1): Promise<boolean> {
  return executeServerCommand('device-viewport', { width, height, deviceScaleFactor });
}

/** Point in the window, in CSS pixels. */
export type Point = readonly [x: number, y: number];

/** Returns a point on a node, at half its height and at the fraction `across` of its width. */
export function pointOn(node: Element, across = 0.5): Point {
  const { left, top, width, height } = node.getBoundingClientRect();
  return [Math.round(left + width * across), Math.round(top + height / 2)];
}

/** Presses the mouse at one point and releases it at another. */
export async function drag(from: Point, to: Point): Promise<void> {
  await executeServerCommand('device-drag', [from, to]);
}

/** Drags the text selected at one point and drops it at another. Chromium only. */
export async function drop(from: Point, to: Point): Promise<void> {
  await executeServerCommand('device-drop', [from, to]);
}

/** Double-clicks at a point. */
export async function doubleClick(at: Point): Promise<void> {
  await executeServerCommand('device-double-click', at);
}

/** Enters text through an input method. Chromium only. */
export async function composeText(...steps: CompositionStep[]): Promise<void> {
  await executeServerCommand('device-compose', steps);
}

/** Forces pseudo-classes on a node, as the browser's developer tools do. Chromium only. */
export async function forcePseudoClasses(node: Element, ...pseudoClasses: string[]): Promise<void> {
  exposeNodes([node]);
  await executeServerCommand('device-pseudo', pseudoClasses);
}

/** Returns the font families that a node's glyphs come from. Chromium only. */
export async function getRenderedFonts(node: Element): Promise<{ family: string; glyphs: number }[]> {
  exposeNodes([node]);
  return executeServerCommand('device-fonts', []);
}

const nodesPerCommand = 16;

/** Returns role and name of each node, as the engine computes them. Firefox only confirms the expected ones. */
export async function getAccessibleNodes(
  ...expected: { node: Element; role: string; name: string }[]
): Promise<AccessibleNode[]> {
  const found: AccessibleNode[] = [];
  // A command has to be answered within 20 seconds, which a hundred nodes on a slow machine exceed.
  for (let at = 0; at < expected.length; at += nodesPerCommand) {
    const some = expected.slice(at, at + nodesPerCommand);
    exposeNodes(some.map(({ node }) => node));
    const names = some.map(({ role, name }) => ({ role, name }));
    found.push(...(await executeServerCommand<AccessibleNode[], object>('device-computed', names)));
  }
  return found;
}

/** Exposes nodes to the server's half of a command. */
function exposeNodes(nodes: Element[]): void {
  Object.assign(globalThis, { exposedNodes: nodes });
}
