import { formatSeconds } from './format.ts';
import { isMilestone } from './countdown.ts';
import { fill, type Messages } from '../locale/messages.ts';
import type { ViewModel } from './view-model.ts';

/** What the live region says: each news once, and of a wait only its start, its milestones and its end. */
export class Announcer {
  #pending: string[] = [];
  #secondsLeft: number | undefined;

  announce(text: string): void {
    if (text) this.#pending.push(text);
  }

  /** Says what `screen` has that the screen before had not. */
  announceChanges(viewModel: ViewModel, before: ViewModel | undefined, messages: Messages): void {
    for (const part of ['title', 'text', 'error', 'notice'] as const) {
      if (viewModel[part] !== before?.[part]) this.announce(viewModel[part]);
    }
    if (before?.notice === messages.offline && viewModel.notice !== messages.offline) this.announce(messages.online);
  }

  /** `left` is undefined where there is no waiting time to speak of. */
  updateWait(left: number | undefined, messages: Messages): void {
    const before = this.#secondsLeft;
    this.#secondsLeft = left;
    if (left === undefined) return;
    const begins = left > (before ?? 0);
    if (!begins && !isMilestone(before ?? 0, left)) return;
    if (left) this.announceWait(left, messages);
    else this.announce(messages.resendReady);
  }

  announceWait(left: number, messages: Messages): void {
    this.announce(fill(messages.resendWait, { time: formatSeconds(left, messages.language) }));
  }

  /** Puts what is pending into the live region, as one text. */
  flush(region: Element | null): void {
    if (!region || !this.#pending.length) return;
    region.textContent = this.#pending.join(' ');
    this.#pending = [];
  }
}
