/** Focus of the step: follows what is new, and never leaves another part of the page. */

import type { LitElement } from 'lit';
import type { LightField } from './field/light-field.ts';
import type { ViewModel } from './view/view-model.ts';

/** Target of a focus move: the field, the field with its code selected, or the heading of a panel. */
export type FocusTarget = 'field' | 'code' | 'title';

/** Moves the focus once per render. */
export interface FocusController {
  /** Requests a move after the next render; replaces an earlier request. */
  request(target: FocusTarget): void;
  /** Reports a press of a button of the step. Safari's buttons do not take the focus. */
  press(): void;
  /**
   * Requests a move to a new title or field, unless a move is requested already. Called before a render, which may take
   * the focus away with the node that has it.
   */
  update(viewModel: ViewModel, previous: ViewModel | undefined): void;
  /**
   * Moves the focus to the requested target if the customer is in the step. With the focus nowhere on the page, it moves
   * after a press, for `code`, or with `autofocus`. Returns true when it moved to the heading.
   */
  flush(): boolean;
}

/** Creates the focus controller of a step and its field. */
export function createFocusController(host: LitElement, field: LightField): FocusController {
  let hadFocus = false;
  let wasPressed = false;
  let target: FocusTarget | undefined;
  return {
    request(next) {
      target = next;
    },
    press() {
      wasPressed = true;
    },
    update({ title, can }, previous) {
      hadFocus = host.matches(':focus-within');
      if (title && title !== previous?.title) target ??= 'title';
      else if (can.submit && !previous?.can.submit) target ??= 'field';
    },
    flush() {
      const to = target;
      target = undefined;
      const { activeElement, body } = document;
      const isUnclaimed = !activeElement || activeElement === body;
      if (!to || !(hadFocus || (isUnclaimed && (to === 'code' || wasPressed || host.autofocus)))) return false;
      wasPressed = false;
      if (to === 'title') host.renderRoot.querySelector('h2')?.focus();
      else field.focus(to === 'code');
      return to === 'title';
    },
  };
}
