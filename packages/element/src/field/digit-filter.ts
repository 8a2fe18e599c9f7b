import { type ParseError, toDigits, parseOtp, minOtpLength } from './parse-code.ts';

export interface DigitFilterOptions {
  /** The most digits the field takes now. */
  maxDigits: () => number;
  /** After each change; `whole` when the text came in one piece (autofill, paste, drop) and not key by key. */
  onChange: (isComplete: boolean) => void;
  /** A text that came in one piece was not taken; the field is as it was. */
  onParseError: (reason: ParseError) => void;
}

/**
 * Keeps an input to ASCII digits without breaking undo or the caret.
 *
 * Text is filtered in a cancelled `beforeinput` and put in by `execCommand('insertText')`: the one way that leaves
 * native undo and selection right in Chromium, Firefox and WebKit. What cannot be cancelled (input methods,
 * Firefox's autofill) is put right after the fact.
 */
export function filterDigits(input: HTMLInputElement, { maxDigits, onChange, onParseError }: DigitFilterOptions): void {
  // WebKit raises another `beforeinput` for our own insertion; its text is clean already.
  let isInserting = false;
  let isComplete = false;

  const insert = (text: string): void => {
    isInserting = true;
    // Deprecated, and without a successor that keeps the undo history.
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
    isComplete = true;
    input.select();
    insert(code);
    isComplete = false;
  };

  input.addEventListener('beforeinput', (event) => {
    const { inputType } = event;
    if (isInserting || !event.cancelable || event.isComposing) return;
    if (!inputType.startsWith('insert') || inputType === 'insertLineBreak') return;
    const raw = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
    const digits = toDigits(raw);
    const selected = (input.selectionEnd ?? 0) - (input.selectionStart ?? 0);
    const fits = digits.length <= maxDigits() - input.value.length + selected;
    // A dictated or dragged piece of a code goes in where the caret is, as typed digits do; a paste never does.
    const isFragment = /^.$/su.test(raw) || (digits === raw && raw.length < minOtpLength && fits);
    if (!isFragment || inputType === 'insertFromPaste') {
      event.preventDefault();
      replaceWithCode(raw);
    } else if (digits !== raw || !fits) {
      event.preventDefault();
      if (digits && fits) insert(digits);
    }
  });

  // What came in past `beforeinput`: input methods, Firefox's autofill, a password manager's plain event.
  const repair = (value: string): void => {
    const { code } = parseOtp(value, maxDigits());
    const digits = toDigits(value);
    const digitsToKeep = code ?? digits.slice(0, maxDigits());
    const caret = toDigits(value.slice(0, input.selectionStart ?? 0)).length;
    isComplete = digitsToKeep === code;
    if (input.matches(':focus')) {
      input.select();
      insert(digitsToKeep);
      input.setSelectionRange(caret, caret);
    } else {
      input.value = digitsToKeep;
      onChange(isComplete);
    }
    isComplete = false;
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
      onChange(isComplete || isAutofill || (data?.length ?? 0) >= minOtpLength);
    }
  };
  input.addEventListener('input', onInput);
  input.addEventListener('compositionend', onInput);
}
