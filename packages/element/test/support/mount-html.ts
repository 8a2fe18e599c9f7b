/** Mounts HTML on the test page, with a step in it. */

import { Step } from './harness.ts';

const mounted: Element[] = [];

/** Adds `html` to the page; returns its container. */
export function mountHtml(html = ''): HTMLElement {
  const container = document.createElement('div');
  container.innerHTML = html;
  document.body.append(container);
  trackNode(container);
  return container;
}

/** Returns the first step in `container`, or a new one that is not on the page yet. */
export const findStep = (container: ParentNode): Step => new Step(container.querySelector('plural-otp') ?? undefined);

/** Marks a node of the page for `removeMounted`. */
export function trackNode(node: Element): void {
  mounted.push(node);
}

/** Removes everything that was mounted or marked. */
export function removeMounted(): void {
  for (const node of mounted.splice(0)) node.remove();
}
