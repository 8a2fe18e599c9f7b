import { spokenSeconds } from './format.ts';
import { isSpoken } from './countdown.ts';
import { fill, type Messages } from '../locale/messages.ts';
import type { Screen } from './view-model.ts';

/** What the live region says: each news once, and of a wait only its start, its milestones and its end. */
export class Speech {
  #pending: string[] = [];
  #secondsLeft: number | undefined;

  say(text: string): void {
    if (text) this.#pending.push(text);
  }

  /** Says what `screen` has that the screen before had not. */
  follow(screen: Screen, before: Screen | undefined, words: Messages): void {
    for (const part of ['title', 'text', 'error', 'notice'] as const) {
      if (screen[part] !== before?.[part]) this.say(screen[part]);
    }
    if (before?.notice === words.offline && screen.notice !== words.offline) this.say(words.online);
  }

  /** `left` is undefined where there is no waiting time to speak of. */
  wait(left: number | undefined, words: Messages): void {
    const before = this.#secondsLeft;
    this.#secondsLeft = left;
    if (left === undefined) return;
    const begins = left > (before ?? 0);
    if (!begins && !isSpoken(before ?? 0, left)) return;
    if (left) this.sayWait(left, words);
    else this.say(words.resendReady);
  }

  sayWait(left: number, words: Messages): void {
    this.say(fill(words.resendWait, { time: spokenSeconds(left, words.language) }));
  }

  /** Puts what is pending into the live region, as one text. */
  flush(region: Element | null): void {
    if (!region || !this.#pending.length) return;
    region.textContent = this.#pending.join(' ');
    this.#pending = [];
  }
}
