/** Input filter of the field: digits only, by any keyboard, paste, drop or autofill. */

import type { EntryManner } from '@plural-otp/flow/contract';
import { minOtpLength, type OtpHints, type ParseError, parseOtp, toDigits } from '@plural-otp/flow/presentation';

/** Limit and callbacks of the filter. */
export interface DigitFilterOptions {
  /** Returns the maximum number of digits. */
  maxDigits: () => number;
  /** Returns what tells the code from the other numbers of a message. */
  hints: () => OtpHints;
  /** Returns true when a digit typed after the last one replaces a code that was rejected. */
  startsAnew: () => boolean;
  /** Called after each change. `by` is `typed` unless the value came at once: by autofill, paste or drop. */
  onChange: (by: EntryManner) => void;
  /** Called when text that came at once was rejected; the value is unchanged, or was cut to the maximum. */
  onParseError: (error: ParseError) => void;
}

/** Restricts an input; `hold` locks its value. */
export interface DigitFilter {
  /** Locks or unlocks the value without `readonly`, which would take the keyboard of a phone away. */
  hold(isHeld: boolean): void;
}

/** Digits with nothing but white space, hyphens and marks between and around them, as dictation and prediction send. */
const isSeparated = (text: string): boolean => /^[\p{Nd}\s\p{Pd}\p{Cf}]*$/u.test(text);

/** Returns how a value came that came at once. */
const atOnce = (inputType: string): EntryManner => (/Paste|Drop/.test(inputType) ? 'pasted' : 'filled');

/**
 * Restricts an input to ASCII digits and preserves undo and the caret.
 *
 * Text is filtered in a cancelled `beforeinput` and inserted by `execCommand('insertText')`, the only technique that
 * keeps native undo and selection correct in Chromium, Firefox and WebKit. Input that cannot be cancelled (input
 * methods, Firefox's autofill) is repaired afterwards.
 */
export function filterDigits(
  input: HTMLInputElement,
  { maxDigits, hints, startsAnew, onChange, onParseError }: DigitFilterOptions,
): DigitFilter {
  // WebKit fires another `beforeinput` for the insertion made here, whose text is already filtered.
  let isInserting = false;
  let by: EntryManner = 'typed';
  let isHeld = false;
  // Value before the event at hand.
  let previous = input.value;

  const insert = (text: string): void => {
    isInserting = true;
    // Deprecated, but no other API keeps the undo history.
    const done = document.execCommand(text ? 'insertText' : 'delete', false, text);
    if (!done) {
      input.setRangeText(text, input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
      input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    }
    isInserting = false;
  };

  const replaceWithCode = (text: string, inputType: string): void => {
    const { code, error } = parseOtp(text, maxDigits(), hints());
    if (error) {
      onParseError(error);
      return;
    }
    by = atOnce(inputType);
    input.select();
    insert(code);
    by = 'typed';
  };

  input.addEventListener('beforeinput', (event) => {
    const { inputType } = event;
    if (isHeld) event.preventDefault();
    if (isHeld || isInserting || !event.cancelable || event.isComposing) return;
    if (!inputType.startsWith('insert') || inputType === 'insertLineBreak') return;
    const raw = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
    const digits = toDigits(raw);
    const selected = (input.selectionEnd ?? 0) - (input.selectionStart ?? 0);
    const isAnew = startsAnew() && !selected && input.selectionStart === input.value.length;
    const fits = isAnew || digits.length <= maxDigits() - input.value.length + selected;
    const isPasted = inputType === 'insertFromPaste';
    const isPart = digits.length < minOtpLength || (!event.dataTransfer && input.value.length > selected);
    // A part of a code is inserted at the caret, as typed digits are. What is pasted or dropped whole replaces the rest.
    if (!isPasted && (/^.$/su.test(raw) || (isSeparated(raw) && isPart))) {
      if (digits !== raw || !fits || isAnew) event.preventDefault();
      if (digits && isAnew) input.select();
      if (digits && fits && (digits !== raw || isAnew)) insert(digits);
      else if (!fits && digits.length >= minOtpLength) onParseError('wrongLength');
    } else {
      event.preventDefault();
      replaceWithCode(raw, inputType);
    }
  });

  // Repairs input that bypassed `beforeinput`: input methods, Firefox's autofill, a password manager's plain event.
  const repair = (text: string, manner: EntryManner): void => {
    const value = startsAnew() && text.startsWith(previous) ? text.slice(previous.length) : text;
    const { code } = parseOtp(value, maxDigits(), hints());
    const digits = toDigits(value);
    const digitsToKeep = code ?? digits.slice(0, maxDigits());
    const caret = toDigits(value.slice(0, input.selectionStart ?? 0)).length;
    by = digitsToKeep === code ? manner : 'typed';
    if (input.matches(':focus')) {
      input.select();
      insert(digitsToKeep);
      input.setSelectionRange(caret, caret);
    } else {
      input.value = digitsToKeep;
      onChange(by);
    }
    by = 'typed';
    if (!code && digitsToKeep !== digits) onParseError('severalCodes');
  };

  /** Returns true for a value that no key typed: at least a whole code was added, or the value was replaced. */
  const isWhole = (value: string): boolean =>
    value.length - (value.startsWith(previous) ? previous.length : 0) >= minOtpLength;

  const onInput = (event: Event): void => {
    const { isComposing, inputType, data } = event as InputEvent;
    if (isComposing) return;
    const { value } = input;
    if (isHeld && value !== previous) {
      input.value = previous;
      return;
    }
    const isComposed = event.type !== 'input' || /Composition/.test(inputType ?? '');
    const isClean = value.length <= maxDigits() && /^[0-9]*$/.test(value);
    if (!isClean && !isInserting && !inputType?.startsWith('history')) {
      repair(value, isComposed ? 'typed' : atOnce(inputType));
    } else {
      const isByKey =
        isInserting ||
        isComposed ||
        /^(delete|history)/.test(inputType) ||
        (inputType === 'insertText' && data !== value);
      onChange(by === 'typed' && !isByKey && isWhole(value) ? atOnce(inputType) : by);
    }
    previous = input.value;
  };
  input.addEventListener('input', onInput);
  input.addEventListener('compositionend', onInput);
  return {
    hold(held) {
      if (held && !isHeld) previous = input.value;
      isHeld = held;
    },
  };
}
