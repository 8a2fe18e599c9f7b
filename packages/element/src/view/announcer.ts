/** Live region of the step: announces each change once, and a waiting time at its start, milestones and end. */

import { fill, formatSeconds, type Messages } from '@plural-otp/flow/presentation';
import type { LitElement } from 'lit';
import type { ViewModel } from './view-model.ts';

/** Returns true when the step from `before` to `now` seconds passes a milestone. A sleeping device may pass several. */
function isMilestone(before: number, now: number): boolean {
  // Every second would be noise.
  return [60, 30, 10, 0].some((milestone) => before > milestone && now <= milestone);
}

/** Announces what the host renders. */
export class Announcer {
  readonly #host: LitElement;
  #pending: string[] = [];
  /** Whole seconds until another code can be requested; 0 once it can be, `undefined` without a wait. */
  secondsLeft: number | undefined;

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** Announces `text` with the next render. */
  announce(text: string): void {
    if (!text) return;
    this.#pending.push(text);
    this.#host.requestUpdate();
  }

  /** Announces the seconds left. */
  announceWait({ resendWait, language }: Messages): void {
    this.announce(fill(resendWait, { time: formatSeconds(this.secondsLeft ?? 0, language) }));
  }

  /** Announces what changed since the previous view, and the wait where `secondsLeft` calls for it. */
  update(
    viewModel: ViewModel,
    previous: ViewModel | undefined,
    messages: Messages,
    secondsLeft: number | undefined,
  ): void {
    for (const part of ['title', 'text', 'error', 'notice'] as const) {
      if (viewModel[part] !== previous?.[part]) this.announce(viewModel[part]);
    }
    if (previous?.notice === messages.offline && viewModel.notice !== messages.offline) this.announce(messages.online);
    const before = this.secondsLeft ?? 0;
    this.secondsLeft = secondsLeft;
    if (secondsLeft === undefined || (secondsLeft <= before && !isMilestone(before, secondsLeft))) return;
    if (secondsLeft) this.announceWait(messages);
    else this.announce(messages.resendReady);
  }

  /** Writes pending announcements to the live region, as one text. */
  flush(): void {
    const region = this.#host.renderRoot.querySelector('[role=status]');
    if (!region || !this.#pending.length) return;
    region.textContent = this.#pending.join(' ');
    this.#pending = [];
  }
}
