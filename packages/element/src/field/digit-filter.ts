import { type CodeRefusal, digitsOf, readCode, shortestCode } from './parse-code.ts';

export interface DigitFilterOptions {
  /** The most digits the field takes now. */
  longest: () => number;
  /** After each change; `whole` when the text came in one piece (autofill, paste, drop) and not key by key. */
  onChange: (whole: boolean) => void;
  /** A text that came in one piece was not taken; the field is as it was. */
  onRefused: (reason: CodeRefusal) => void;
}

/**
 * Keeps an input to ASCII digits without breaking undo or the caret.
 *
 * Text is filtered in a cancelled `beforeinput` and put in by `execCommand('insertText')`: the one way that leaves
 * native undo and selection right in Chromium, Firefox and WebKit. What cannot be cancelled (input methods,
 * Firefox's autofill) is put right after the fact.
 */
export function filterDigits(input: HTMLInputElement, { longest, onChange, onRefused }: DigitFilterOptions): void {
  // WebKit raises another `beforeinput` for our own insertion; its text is clean already.
  let inserting = false;
  let whole = false;

  const insert = (text: string): void => {
    inserting = true;
    // Deprecated, and without a successor that keeps the undo history.
    const done = document.execCommand(text ? 'insertText' : 'delete', false, text);
    if (!done) {
      input.setRangeText(text, input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
      input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    }
    inserting = false;
  };

  const takeWhole = (text: string): void => {
    const { code, refusal } = readCode(text, longest());
    if (refusal) {
      onRefused(refusal);
      return;
    }
    whole = true;
    input.select();
    insert(code);
    whole = false;
  };

  input.addEventListener('beforeinput', (event) => {
    const { inputType } = event;
    if (inserting || !event.cancelable || event.isComposing) return;
    if (!inputType.startsWith('insert') || inputType === 'insertLineBreak') return;
    const raw = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
    const digits = digitsOf(raw);
    const selected = (input.selectionEnd ?? 0) - (input.selectionStart ?? 0);
    const fits = digits.length <= longest() - input.value.length + selected;
    // A dictated or dragged piece of a code goes in where the caret is, as typed digits do; a paste never does.
    const piece = /^.$/su.test(raw) || (digits === raw && raw.length < shortestCode && fits);
    if (!piece || inputType === 'insertFromPaste') {
      event.preventDefault();
      takeWhole(raw);
    } else if (digits !== raw || !fits) {
      event.preventDefault();
      if (digits && fits) insert(digits);
    }
  });

  // What came in past `beforeinput`: input methods, Firefox's autofill, a password manager's plain event.
  const repair = (value: string): void => {
    const { code } = readCode(value, longest());
    const digits = digitsOf(value);
    const kept = code ?? digits.slice(0, longest());
    const caret = digitsOf(value.slice(0, input.selectionStart ?? 0)).length;
    whole = kept === code;
    if (input.matches(':focus')) {
      input.select();
      insert(kept);
      input.setSelectionRange(caret, caret);
    } else {
      input.value = kept;
      onChange(whole);
    }
    whole = false;
    if (!code && kept !== digits) onRefused('severalCodes');
  };

  const settle = (event: Event): void => {
    const { isComposing, inputType, data } = event as InputEvent;
    if (isComposing) return;
    const { value } = input;
    const tidy = value.length <= longest() && /^[0-9]*$/.test(value);
    if (!tidy && !inserting && !inputType?.startsWith('history')) {
      repair(value);
    } else {
      const filledIn = inputType === 'insertReplacementText' || (event.type === 'input' && !inputType && !inserting);
      onChange(whole || filledIn || (data?.length ?? 0) >= shortestCode);
    }
  };
  input.addEventListener('input', settle);
  input.addEventListener('compositionend', settle);
}
