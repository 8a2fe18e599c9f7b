import type { Step } from './harness.ts';

/** Everything that can be clicked or typed into, in document order as a reader meets it. */
export function getControls({ root, element }: Step): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('button, a[href], slot[name=input], slot[name=pay-again]')]
    .flatMap((node) => (node instanceof HTMLSlotElement ? (node.assignedElements() as HTMLElement[]) : [node]))
    .filter((node) => element.contains(node) || root.contains(node));
}

/** Every node with text of its own that is seen, in the step and among its light children. */
export function getTextNodes({ root, element }: Step): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('*'), ...element.querySelectorAll<HTMLElement>('*')].filter(
    (node) =>
      (node instanceof HTMLInputElement ||
        [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent?.trim())) &&
      node.getClientRects().length > 0 &&
      !node.closest('.live'),
  );
}

/** What a node says, in one line. */
export const getText: (node: Element) => string = (node) =>
  node.textContent?.trim().replace(/\s+/g, ' ') || node.tagName;

export const colorSchemes = ['light', 'dark'] as const;

/** Shows the page in a colour scheme. */
export function setColorScheme(scheme: (typeof colorSchemes)[number]): void {
  document.documentElement.style.colorScheme = scheme;
  document.body.style.background = 'Canvas';
}
