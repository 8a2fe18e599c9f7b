/** Input filter of the field: digits only, by any keyboard, paste, drop or autofill. */

import { minOtpLength, type ParseError, parseOtp, toDigits } from '@plural-otp/flow/presentation';

/** Limit and callbacks of the filter. */
export interface DigitFilterOptions {
  /** Returns the maximum number of digits. */
  maxDigits: () => number;
  /** Called after each change. `cameAtOnce` is true for text that came at once (autofill, paste, drop), not by key. */
  onChange: (cameAtOnce: boolean) => void;
  /** Called when text that came at once was rejected; the value is unchanged, or was cut to the maximum. */
  onParseError: (error: ParseError) => void;
}

/**
 * Restricts an input to ASCII digits and preserves undo and the caret.
 *
 * Text is filtered in a cancelled `beforeinput` and inserted by `execCommand('insertText')`, the only technique that
 * keeps native undo and selection correct in Chromium, Firefox and WebKit. Input that cannot be cancelled (input
 * methods, Firefox's autofill) is repaired afterwards.
 */
export function filterDigits(input: HTMLInputElement, { maxDigits, onChange, onParseError }: DigitFilterOptions): void {
  // WebKit fires another `beforeinput` for the insertion made here, whose text is already filtered.
  let isInserting = false;
  let cameAtOnce = false;

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

  const replaceWithCode = (text: string): void => {
    const { code, error } = parseOtp(text, maxDigits());
    if (error) {
      onParseError(error);
      return;
    }
    cameAtOnce = true;
    input.select();
    insert(code);
    cameAtOnce = false;
  };

  input.addEventListener('beforeinput', (event) => {
    const { inputType } = event;
    if (isInserting || !event.cancelable || event.isComposing) return;
    if (!inputType.startsWith('insert') || inputType === 'insertLineBreak') return;
    const raw = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
    const digits = toDigits(raw);
    const selected = (input.selectionEnd ?? 0) - (input.selectionStart ?? 0);
    const fits = digits.length <= maxDigits() - input.value.length + selected;
    // A dictated or dragged fragment of a code is inserted at the caret, as typed digits are; a paste never is.
    const isFragment = /^.$/su.test(raw) || (digits === raw && raw.length < minOtpLength && fits);
    if (!isFragment || inputType === 'insertFromPaste') {
      event.preventDefault();
      replaceWithCode(raw);
    } else if (digits !== raw || !fits) {
      event.preventDefault();
      if (digits && fits) insert(digits);
    }
  });

  // Repairs input that bypassed `beforeinput`: input methods, Firefox's autofill, a password manager's plain event.
  const repair = (value: string): void => {
    const { code } = parseOtp(value, maxDigits());
    const digits = toDigits(value);
    const digitsToKeep = code ?? digits.slice(0, maxDigits());
    const caret = toDigits(value.slice(0, input.selectionStart ?? 0)).length;
    cameAtOnce = digitsToKeep === code;
    if (input.matches(':focus')) {
      input.select();
      insert(digitsToKeep);
      input.setSelectionRange(caret, caret);
    } else {
      input.value = digitsToKeep;
      onChange(cameAtOnce);
    }
    cameAtOnce = false;
    if (!code && digitsToKeep !== digits) onParseError('severalCodes');
  };

  const onInput = (event: Event): void => {
    const { isComposing, inputType, data } = event as InputEvent;
    if (isComposing) return;
    const { value } = input;
    const isClean = value.length <= maxDigits() && /^[0-9]*$/.test(value);
    if (!isClean && !isInserting && !inputType?.startsWith('history')) {
      repair(value);
    } else {
      const isAutofill =
        inputType === 'insertReplacementText' || (event.type === 'input' && !inputType && !isInserting);
      onChange(cameAtOnce || isAutofill || (data?.length ?? 0) >= minOtpLength);
    }
  };
  input.addEventListener('input', onInput);
  input.addEventListener('compositionend', onInput);
}
