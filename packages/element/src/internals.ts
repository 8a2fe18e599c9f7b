/** Role, name and custom state of the host, in browsers that have `ElementInternals`. */

import type { FlowStatus } from '@plural-otp/flow';

/** Semantics of the host, which leave its attributes to the page. */
export interface HostInternals {
  /** Sets the one custom state, as `:state(…)` selects it. */
  setState(status: FlowStatus): void;
  /** Sets the accessible name. */
  setLabel(label: string): void;
}

/** Makes `host` a group. */
export function createInternals(host: HTMLElement): HostInternals {
  const internals: ElementInternals | undefined = host.attachInternals?.();
  if (internals) internals.role = 'group';
  return {
    setState(status) {
      try {
        internals?.states.clear();
        internals?.states.add(status);
      } catch {
        // Browsers before 2024 have no custom states, or accept dashed names only. The step works without them.
      }
    },
    setLabel(label) {
      if (internals) internals.ariaLabel = label;
    },
  };
}
