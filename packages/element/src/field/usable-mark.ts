/** Measures when the field takes digits: for the page's own measurements, and for the note on how the code was entered. */

/** Watch over one payment, from the first request of its step until its field takes digits. */
export class UsableMark {
  #startedAtMs: number | undefined;
  #isMarked = false;

  /** Restarts for another payment. */
  reset(): void {
    this.#startedAtMs = undefined;
    this.#isMarked = false;
  }

  /**
   * Follows the step: `hasBegun` once anything was requested or known, `isUsable` while the field takes digits. The first
   * time that it does, sets the performance mark `plural-otp:usable` and returns the milliseconds since the beginning.
   */
  update(hasBegun: boolean, isUsable: boolean): number | undefined {
    if (hasBegun) this.#startedAtMs ??= performance.now();
    if (!isUsable || this.#isMarked) return undefined;
    this.#isMarked = true;
    performance.mark('plural-otp:usable');
    return performance.now() - (this.#startedAtMs ?? performance.now());
  }
}
