/** Notes on the entry of a code: time and manner, never content. */

import type { EntryManner, EntryNote } from '@plural-otp/flow/contract';
import type { ReactiveControllerHost } from 'lit';
import { UsableMark } from './usable-mark.ts';

type NotedHost = ReactiveControllerHost & { readonly noNotes: boolean };

const toSeconds = (ms: number): number => Math.min(Math.round(ms / 1000), 600);

/** Takes notes on the entry of one code, unless its host has `noNotes`. */
export class EntryNotes {
  #note: { -readonly [Name in keyof EntryNote]: EntryNote[Name] | undefined } = {};
  #shownAtMs: number | undefined;
  #hiddenAtMs = 0;
  #hiddenMs = 0;
  readonly #usableMark: UsableMark = new UsableMark();
  readonly #host: NotedHost;

  /** `onLeave`: called when the page is left, with the note unless notes are off, and when the host is removed. */
  constructor(host: NotedHost, onLeave: (note?: EntryNote) => void) {
    this.#host = host;
    const leave = (): void => onLeave(this.read());
    host.addController({
      hostConnected: () => {
        document.addEventListener('visibilitychange', this.#onVisibilityChange);
        addEventListener('pagehide', leave);
      },
      hostDisconnected: () => {
        document.removeEventListener('visibilitychange', this.#onVisibilityChange);
        removeEventListener('pagehide', leave);
        onLeave();
      },
    });
  }

  /** Begins with the field being shown. Idempotent. */
  begin(): void {
    this.#shownAtMs ??= performance.now();
  }

  /** Discards what was noted, for another code of the same or of another payment. */
  reset(isOtherPayment: boolean): void {
    if (isOtherPayment) this.#usableMark.reset();
    this.#note = {};
    this.#shownAtMs = undefined;
    this.#hiddenMs = 0;
  }

  /** Follows the step, and notes how long it took until the field took digits. */
  update(hasBegun: boolean, isUsable: boolean): void {
    const ms = this.#usableMark.update(hasBegun, isUsable);
    if (ms !== undefined) this.#note.usableMs = Math.min(Math.round(ms), 600_000);
  }

  /** Notes that the page went to the background or came back. */
  readonly #onVisibilityChange = (): void => {
    const nowMs = performance.now();
    if (document.hidden) this.#hiddenAtMs = nowMs;
    else if (this.#shownAtMs) this.#hiddenMs += nowMs - Math.max(this.#hiddenAtMs, this.#shownAtMs);
  };

  /** Notes a change of the field, which then holds `length` digits. */
  change(by: EntryManner, length: number): void {
    const note = this.#note;
    if (!note.by && this.#shownAtMs) {
      note.firstKeySeconds = toSeconds(performance.now() - this.#shownAtMs);
      note.hiddenSeconds = toSeconds(this.#hiddenMs);
    }
    // A first digit begins a code; any other digit that is typed into one that came at once edits it.
    if (by !== 'typed' || length < 2) {
      note.by = by;
      note.edited = undefined;
    } else if (note.by !== by) note.edited = true;
  }

  /** Returns the note, unless notes are off. */
  read(): EntryNote | undefined {
    return this.#host.noNotes ? undefined : ({ ...this.#note } as EntryNote);
  }
}
