/** Visibility of the step: no bank is to send a code to a customer who sees no field. */

/** Watches whether a host is visible. */
export interface VisibilityWatch {
  /** Returns true when the step has a box that nothing clips, hides, fades out or makes inert. */
  isVisible(): boolean;
  /** Begins or continues to watch the step, once it is rendered. */
  observe(): void;
  stop(): void;
}

/** Milliseconds between two looks at a step that has a box but is transparent, invisible or inert. */
const retryAfterMs = 200;

/** Opacity below which nobody reads a field. */
const minOpacity = 0.1;

/** Returns true when an element keeps the customer from what is inside it, although it has a box. */
function isVeil(element: Element): boolean {
  const { opacity, filter, position } = getComputedStyle(element);
  if (element.hasAttribute('inert') || Number(opacity) < minOpacity || filter.includes('opacity(0)')) return true;
  if (position !== 'fixed') return false;
  // No scrolling brings a drawer or a sheet that is parked outside the window into it.
  const { top, bottom } = element.getBoundingClientRect();
  return bottom <= 0 || top >= innerHeight;
}

/** Returns the open modal dialogs of the page: all outside them is inert without the attribute. */
function findModals(): Element[] {
  try {
    return [...document.querySelectorAll('dialog:modal')];
  } catch {
    // Browsers before `:modal`.
    return [];
  }
}

/** Returns true when the node or an ancestor, across shadow roots and slots, hides it although it has a box. */
function isCovered(node: Element): boolean {
  const { width, height, bottom } = node.getBoundingClientRect();
  if (!width || !height || bottom + scrollY <= 0 || getComputedStyle(node).visibility !== 'visible') return true;
  const modals = findModals();
  let isOutsideModals = modals.length > 0;
  let at: Element | null = node;
  while (at) {
    if (isVeil(at)) return true;
    if (modals.includes(at)) isOutsideModals = false;
    at = at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host ?? null;
  }
  return isOutsideModals;
}

/** Creates a watch that calls `onChange` when the step may have become visible. */
export function createVisibilityWatch(host: HTMLElement, onChange: () => void): VisibilityWatch {
  let isInSight = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let observed: Element | null | undefined;

  // The step inside, because a host with `display: contents` has no box. No event tells when a page ends a fade.
  const isVisible = (): boolean => isInSight && Boolean(observed) && !isCovered(observed!);

  function look(): void {
    clearTimeout(timer);
    if (!isInSight) return;
    if (isVisible()) onChange();
    else timer = setTimeout(look, retryAfterMs);
  }

  const onIntersection = (entries: IntersectionObserverEntry[]): void => {
    // An area: a step in a collapsed box touches it, but none of it shows.
    for (const { intersectionRatio } of entries) isInSight = intersectionRatio > 0;
    look();
  };
  // Below the fold counts as visible; to the side of the window, or inside a closed or collapsed part of the page, does
  // not. Of a page in a frame, the frame's own window is meant, where the browser knows that root.
  const options = { rootMargin: '99999px 0px', threshold: [0, 0.01] };
  const createObserver = (): IntersectionObserver => {
    try {
      return new IntersectionObserver(onIntersection, { ...options, root: document });
    } catch {
      return new IntersectionObserver(onIntersection, options);
    }
  };
  const observer = createObserver();

  return {
    isVisible,
    observe() {
      const step = host.shadowRoot?.querySelector('.step');
      if (!step || step === observed) return;
      observed = step;
      observer.observe(step);
    },
    stop() {
      observer.disconnect();
      clearTimeout(timer);
      observed = undefined;
      isInSight = false;
    },
  };
}
