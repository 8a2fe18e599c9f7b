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

/** Returns true when the node or an ancestor, across shadow roots and slots, hides it although it has a box. */
function isCovered(node: Element): boolean {
  const { width, height } = node.getBoundingClientRect();
  if (!width || !height || getComputedStyle(node).visibility !== 'visible') return true;
  let at: Element | null = node;
  while (at) {
    if (at.hasAttribute('inert') || getComputedStyle(at).opacity === '0') return true;
    at = at.assignedSlot ?? at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host ?? null;
  }
  return false;
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
  // Below the fold counts as visible; inside a closed or collapsed part of the page does not. Of a page in a frame, the
  // frame's own window is meant, where the browser knows that root.
  const options = { rootMargin: '99999px', threshold: [0, 0.01] };
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
