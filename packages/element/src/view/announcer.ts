/** Live region of the step: announces each change once, and a waiting time at its start, milestones and end. */

import { formatWait, type Messages } from '@plural-otp/flow/presentation';
import type { LitElement } from 'lit';
import type { ViewModel } from './view-model.ts';

/** Returns true when the step from `before` to `now` seconds passes a milestone. A sleeping device may pass several. */
function isMilestone(before: number, now: number): boolean {
  // Every second would be noise.
  return [60, 30, 10, 0].some((milestone) => before > milestone && now <= milestone);
}

/** Announces what the host renders. */
export interface Announcer {
  /** Announces `text` with the next render. */
  announce(text: string): void;
  /** Announces the seconds left and returns true while another code has to be waited for. */
  announceWait(messages: Messages): boolean;
  /** Announces what changed since the previous view, and the wait where `secondsLeft` calls for it. */
  update(
    viewModel: ViewModel,
    previous: ViewModel | undefined,
    messages: Messages,
    secondsLeft: number | undefined,
  ): void;
  /**
   * Writes pending announcements to the live region, a paragraph each, and empties it later: who browses the page must
   * not read what is over. `focusedTitle` is announced by the focus.
   */
  flush(focusedTitle: string | undefined): void;
}

/** Milliseconds after which an announcement is removed. */
const removeAfterMs = 2_000;

/** Creates the announcer of a step. */
export function createAnnouncer(host: LitElement): Announcer {
  let pending: string[] = [];
  let waitSeconds = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const announce = (text: string): void => {
    if (!text) return;
    pending.push(text);
    host.requestUpdate();
  };
  const announceWait = (messages: Messages): boolean => {
    if (waitSeconds) announce(formatWait(waitSeconds, messages));
    return waitSeconds > 0;
  };
  return {
    announce,
    announceWait,
    update(viewModel, previous, messages, secondsLeft) {
      for (const part of ['title', 'text', 'error', 'notice'] as const) {
        if (viewModel[part] !== previous?.[part]) announce(viewModel[part]);
      }
      // What an action of the customer left unchanged is said again: it is the answer.
      const hasEnded = previous?.notice === messages.wait && viewModel.notice !== messages.wait;
      if (hasEnded && !pending.length) announce(viewModel.title || viewModel.notice);
      if (previous?.notice === messages.offline && viewModel.notice !== messages.offline) announce(messages.online);
      const before = waitSeconds;
      waitSeconds = secondsLeft ?? 0;
      if (secondsLeft === undefined || (secondsLeft <= before && !isMilestone(before, secondsLeft))) return;
      if (!announceWait(messages)) announce(messages.resendReady);
    },
    flush(focusedTitle) {
      const region = host.renderRoot.querySelector('[role=status]');
      const texts = pending.filter((text) => text !== focusedTitle);
      pending = [];
      if (!region || !texts.length) return;
      // Paragraphs, because voices pause between them.
      region.replaceChildren(
        ...texts.flatMap((text) => [Object.assign(document.createElement('p'), { textContent: text }), ' ']),
      );
      clearTimeout(timer);
      timer = setTimeout(() => region.replaceChildren(), removeAfterMs);
    },
  };
}
