/** Queries over the rendered step, in its shadow root and its light DOM. */

import type { Step } from './harness.ts';

/** Returns every control that can be clicked or typed into, in document order. */
export function getControls({ root, element }: Step): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('button, a[href], slot[name=input], slot[name=pay-again]')]
    .flatMap((node) => (node instanceof HTMLSlotElement ? (node.assignedElements() as HTMLElement[]) : [node]))
    .filter((node) => element.contains(node) || root.contains(node));
}

/** Returns every visible node with text, in the shadow root and the light DOM. */
export function getTextNodes({ root, element }: Step): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('*'), ...element.querySelectorAll<HTMLElement>('*')].filter(
    (node) =>
      (node instanceof HTMLInputElement ||
        [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent?.trim())) &&
      node.getClientRects().length > 0 &&
      !node.closest('.live'),
  );
}

/** Returns a node's text in one line, or its tag name. */
export const getText: (node: Element) => string = (node) =>
  node.textContent?.trim().replace(/\s+/g, ' ') || node.tagName;

/** Colour schemes to test. */
export const colorSchemes = ['light', 'dark'] as const;

/** Sets the colour scheme of the page. */
export function setColorScheme(scheme: (typeof colorSchemes)[number]): void {
  document.documentElement.style.colorScheme = scheme;
  document.body.style.background = 'Canvas';
}
