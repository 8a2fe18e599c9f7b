import { expect } from '@open-wc/testing';
import { sendMouse } from '@web/test-runner-commands';
import { composeText, paste } from '../support/devices.ts';
import { awaitingOtp, isChromium, nextFrame, rejectedOtp, Step, waitUntil } from '../support/harness.ts';

/** Inserts text at the caret as a keyboard does: the page may cancel it, else the browser inserts it. */
function insertAtOnce(input: HTMLInputElement, data: string): void {
  input.focus();
  const event = new InputEvent('beforeinput', { inputType: 'insertText', data, bubbles: true, cancelable: true });
  if (input.dispatchEvent(event)) document.execCommand('insertText', false, data);
}

/** Composes text as the keyboards of Indian scripts do, which no page can cancel, up to the end of the composition. */
function compose(input: HTMLInputElement, text: string): void {
  input.focus();
  const before = input.value;
  input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
  for (let length = 1; length <= text.length; length++) {
    const data = text.slice(0, length);
    const init = { inputType: 'insertCompositionText', data, isComposing: true, bubbles: true };
    input.dispatchEvent(new InputEvent('beforeinput', init));
    input.value = before + data;
    input.dispatchEvent(new InputEvent('input', init));
  }
  input.dispatchEvent(new CompositionEvent('compositionend', { data: text, bubbles: true }));
  // Firefox and WebKit report the end as input once more.
  input.dispatchEvent(new InputEvent('input', { inputType: 'insertCompositionText', data: text, bubbles: true }));
  input.dispatchEvent(new InputEvent('input', { inputType: 'insertFromComposition', data: text, bubbles: true }));
}

/** Writes a value as a password manager does, with a plain event. */
function writeValue(input: HTMLInputElement, value: string): void {
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

describe('keyboards and fillers', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
    step.element.autosubmit = true;
  });
  afterEach(() => step.element.remove());

  describe('autosubmit', () => {
    for (const [text, value] of [
      ['4829', '4829'],
      ['482913', '482913'],
      ['४८२९', '4829'],
      ['४८२९१३', '482913'],
      ['482 913', '482913'],
    ] as const) {
      it(`a composition is typing: "${text}" is not submitted at its end`, async () => {
        await step.start();
        compose(step.input, text);
        expect(step.input.value).to.equal(value);
        expect(step.backend.count('submit')).to.equal(0);
        await paste('739146', step.input);
        expect(step.backend.calls.at(-1)?.otp, 'a paste after it').to.equal('739146');
      });
    }

    if (isChromium) {
      it('a composition by a real input method that a tap elsewhere ends is not submitted', async () => {
        await step.start();
        step.input.focus();
        await composeText({ composing: '4' }, { composing: '48' }, { composing: '482' }, { composing: '4829' });
        await sendMouse({ type: 'click', position: [5, 5] });
        await waitUntil(() => document.activeElement !== step.input, 'the tap');
        await nextFrame();
        expect(step.input.value).to.equal('4829');
        expect(step.backend.count('submit')).to.equal(0);
      });
    }

    for (const code of ['4829', '48291']) {
      it(`without otp-length, ${code.length} digits at once may be half a code and are not submitted`, async () => {
        await step.start();
        insertAtOnce(step.input, code);
        expect(step.input.value).to.equal(code);
        expect(step.backend.count('submit')).to.equal(0);
        writeValue(step.input, `${code}13`);
        expect(step.backend.count('submit'), 'two more digits by a filler').to.equal(0);
      });
    }

    it('with otp-length, only that many digits at once are submitted', async () => {
      step.element.otpLength = 4;
      await step.start();
      insertAtOnce(step.input, '4829');
      expect(step.backend.calls.at(-1)?.otp).to.equal('4829');
    });

    it('a code of six digits from a keyboard’s suggestion is submitted', async () => {
      await step.start();
      insertAtOnce(step.input, '482913');
      expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
    });

    it('a filler that writes a whole code submits it; one that writes digit by digit submits nothing and sees no error', async () => {
      await step.start();
      for (const value of ['4', '48', '482', '4829', '48291', '482913']) writeValue(step.input, value);
      await step.element.updateComplete;
      expect([step.backend.count('submit'), step.errorText]).to.deep.equal([0, '']);
      writeValue(step.input, '');
      writeValue(step.input, '739146');
      expect(step.backend.calls.at(-1)?.otp, 'a whole code is still due').to.equal('739146');
    });

    it('a code that was not sent does not use it up', async () => {
      step.element.otpLength = 6;
      await step.start();
      insertAtOnce(step.input, '48291');
      expect(step.backend.count('submit')).to.equal(0);
      await paste('482913', step.input);
      expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
      await step.backend.calls.at(-1)?.respond(rejectedOtp(1));
      await paste('482914', step.input);
      expect(step.backend.count('submit'), 'once for each code that the bank sends').to.equal(1);
    });
  });

  describe('pieces of a code', () => {
    for (const pieces of [
      ['4', ' 8', ' 2', ' 9', ' 1', ' 3'],
      ['48 ', '29 ', '13'],
      ['482 ', '913 '],
      ['482-', '913'],
      ['482', ' ', '913'],
      ['4829', '13'],
      ['48', '2913'],
      ['48', ' 2913 '],
    ]) {
      it(`${JSON.stringify(pieces)} are joined in their order, and nothing is submitted`, async () => {
        await step.start();
        for (const piece of pieces) insertAtOnce(step.input, piece);
        await step.element.updateComplete;
        expect([step.input.value, step.errorText]).to.deep.equal(['482913', '']);
        expect(step.backend.count('submit')).to.equal(0);
      });
    }

    it('a piece that does not fit leaves the digits and says so', async () => {
      step.element.otpLength = 6;
      await step.start();
      await step.type('482');
      insertAtOnce(step.input, '91357');
      await waitUntil(() => step.errorText, 'the error');
      expect(step.input.value).to.equal('482');
      expect(step.errorText).to.contain('6 digits');
    });

    it('words are no piece', async () => {
      await step.start();
      await step.type('48');
      insertAtOnce(step.input, 'two nine');
      await waitUntil(() => step.errorText, 'the error');
      expect(step.input.value).to.equal('48');
    });
  });

  for (const [isComposing, keyCode, submits] of [
    [true, 13, 1],
    [false, 13, 1],
    [true, 229, 0],
    [false, 229, 0],
  ] as const) {
    const what = `Enter with the key code ${keyCode}, ${isComposing ? 'while composing' : 'after composing'}`;
    it(`${what}: ${submits ? 'submits' : 'belongs to the input method'}`, async () => {
      step.element.autosubmit = false;
      await step.start();
      await step.type('482913');
      const init = { key: 'Enter', keyCode, isComposing, bubbles: true, cancelable: true };
      const enter = new KeyboardEvent('keydown', init);
      step.input.dispatchEvent(enter);
      expect([step.backend.count('submit'), enter.defaultPrevented]).to.deep.equal([submits, submits === 1]);
    });
  }

  describe('the bank’s message, pasted', () => {
    for (const message of [
      '482913 is the OTP for INR 1250 at NILGIRI LEAF on card ending 1112. Do not share it.',
      'OTP is 482913 for txn of Rs.1250.00 on HDFC Bank card 1112 at 10:42:07 on 29-11-2026.',
      'Dear customer, 482913 is your OTP for INR 1,250.00. Valid till 10:52. Call 18002026161 if not you.',
    ]) {
      it(`with otp-length, the one number of that length is the code: ${message}`, async () => {
        step.element.autosubmit = false;
        step.element.otpLength = 6;
        await step.start();
        await paste(message, step.input);
        expect([step.input.value, step.errorText]).to.deep.equal(['482913', '']);
      });
    }

    it('without otp-length, the amount and the card’s last digits are not taken for the code', async () => {
      step.element.autosubmit = false;
      await step.start();
      await paste('482913 is the OTP for INR 1250 on card ending 1112.', step.input);
      expect([step.input.value, step.errorText]).to.deep.equal(['482913', '']);
    });
  });

  it('a code in flight can be neither typed over, deleted, pasted over nor composed over, and the keyboard stays', async () => {
    step.element.autosubmit = false;
    await step.start();
    const submit = await step.submit('482913');
    expect(step.input.readOnly, 'no read-only field, which closes the keyboard of a phone').to.equal(false);
    expect(step.input.getAttribute('aria-readonly')).to.equal('true');
    await step.type('7');
    await step.press('Backspace');
    await paste('739146', step.input);
    compose(step.input, '१२');
    expect(step.input.value).to.equal('482913');
    await submit.respond(awaitingOtp());
    await step.element.updateComplete;
    expect(step.input.hasAttribute('aria-readonly')).to.equal(false);
    await step.press('Backspace');
    expect(step.input.value).to.equal('48291');
  });
});
