import { expect } from '@open-wc/testing';
import { pressChord, paste } from '../support/devices.ts';
import { awaitingOtp, isWebKit, rejectedOtp, Step, createView, withoutIsolates } from '../support/harness.ts';

describe('the field', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('is one real input in the light DOM, with a numeric keypad and OTP autofill, and belongs to no form', async () => {
    await step.start();
    const { input } = step;
    expect(step.element.querySelectorAll('input')).to.have.length(1);
    expect(input.parentElement === step.element, 'light child').to.equal(true);
    for (const [name, value] of Object.entries({
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      dir: 'ltr',
      translate: 'no',
      form: '',
    })) {
      expect(input.getAttribute(name), name).to.equal(value);
    }
    expect(input.hasAttribute('name')).to.equal(false);
    expect(input.hasAttribute('maxlength')).to.equal(false);
    expect(parseFloat(getComputedStyle(input).fontSize)).to.be.at.least(16);
  });

  it('its hint names all channels the bank may use and the amount, and promises none of the channels', async () => {
    await step.start();
    const hint = withoutIsolates(step.element.querySelector('[slot=hint]')?.textContent);
    for (const words of ['SMS', 'email', 'app', '₹1,250.00']) expect(hint).to.contain(words);
    expect(step.input.getAttribute('aria-describedby')).to.equal(step.element.querySelector('[slot=hint]')?.id);
  });

  it('its hint names the masked destination when the backend knows it, and nothing otherwise', async () => {
    const known = awaitingOtp();
    await step.start({ ...known, display: { ...known.display, destination: '•••••• 4217' } });
    const hint = (): string => withoutIsolates(step.element.querySelector('[slot=hint]')?.textContent);
    expect(hint()).to.equal('Sent to •••••• 4217. Check that it says ₹1,250.00.');
    step.element.remove();
    step = new Step();
    await step.start();
    expect(hint()).not.to.contain('Sent to');
  });

  it('Enter submits the typed code, leading zeros included', async () => {
    await step.start();
    const submit = await step.submit('004829');
    expect(submit.name).to.equal('submit');
    expect(submit.otp).to.equal('004829');
  });

  it('accepts digits only: typed letters and signs leave no trace', async () => {
    await step.start();
    await step.type('4a8-2 9x13');
    expect(step.input.value).to.equal('482913');
  });

  it('accepts at most eight digits, or otp-length', async () => {
    await step.start();
    await step.type('1234567890');
    expect(step.input.value).to.equal('12345678');
    step.input.value = '';
    step.element.otpLength = 6;
    await step.element.updateComplete;
    await step.type('1234567890');
    expect(step.input.value).to.equal('123456');
  });

  it('in cells, the first digit after a miss starts anew, at the end of the refused code', async () => {
    step.element.otpLength = 6;
    await step.start();
    await (await step.submit('482913')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    const { selectionStart, selectionEnd, value } = step.input;
    expect([selectionStart, selectionEnd, value], 'no bar of a selection across the cells').to.deep.equal([
      6,
      6,
      '482913',
    ]);
    expect([...step.root.querySelectorAll('i')].findIndex((cell) => cell.className === 'at')).to.equal(0);
    await step.type('7');
    expect(step.input.value).to.equal('7');
    await step.type('39146');
    expect(step.input.value, 'and the second does not').to.equal('739146');
  });

  it('in cells, a refused code can be corrected where the caret is put, and replaced by a paste', async () => {
    step.element.otpLength = 6;
    await step.start();
    await (await step.submit('482913')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    step.input.setSelectionRange(5, 6);
    await step.type('4');
    expect(step.input.value).to.equal('482914');
    await (await step.submit('')).respond(rejectedOtp(2));
    await step.element.updateComplete;
    await paste('739146', step.input);
    expect(step.input.value).to.equal('739146');
  });

  for (const [text, code] of [
    ['482913', '482913'],
    ['482 913', '482913'],
    ['482-913', '482913'],
    [' 482913 ', '482913'],
    ['Your code is 482913.', '482913'],
    ['४८२९१३', '482913'],
    ['４８２９１３', '482913'],
    ['\u200b482\u00a0913\ufeff', '482913'],
  ] as const) {
    it(`paste: "${text}" becomes ${code}`, async () => {
      await step.start();
      await paste(text, step.input);
      expect(step.input.value).to.equal(code);
      expect(step.errorText).to.equal('');
    });
  }

  for (const [text, why] of [
    ['Rs 4999 at NILGIRI, code 482913', 'more than one number'],
    ['no code here', 'no OTP'],
    ['12', '4 to 8 digits'],
    ['1234567890', '4 to 8 digits'],
  ] as const) {
    it(`paste: "${text}" is rejected with a message, and the typed digits stay`, async () => {
      await step.start();
      await step.type('77');
      await paste(text, step.input);
      expect(step.input.value).to.equal('77');
      expect(step.errorText).to.contain(why);
    });
  }

  it('a paste replaces the typed digits, and the undo key restores them', async () => {
    await step.start();
    await step.type('77');
    await paste('482 913', step.input);
    expect(step.input.value).to.equal('482913');
    if (isWebKit) document.execCommand('undo');
    else await pressChord('Control', 'z');
    expect(step.input.value).to.equal('77');
  });

  it('a digit typed in the middle is inserted there, with the caret behind it', async () => {
    await step.start();
    await step.type('4893');
    step.input.setSelectionRange(2, 2);
    await step.type('x2');
    expect(step.input.value).to.equal('48293');
    expect(step.input.selectionStart).to.equal(3);
  });

  it('a lone autofill event becomes ASCII digits', async () => {
    await step.start();
    step.input.value = '४८२ ९१३';
    step.input.dispatchEvent(new Event('input', { bubbles: true }));
    expect(step.input.value).to.equal('482913');
  });

  it('an empty or short code shows an error, sends nothing, and keeps the focus', async () => {
    await step.start();
    const before = step.backend.calls.length;
    step.input.focus();
    await step.press('Enter');
    expect(step.errorText).to.equal('Enter the OTP from your bank.');
    await step.type('48');
    await step.press('Enter');
    expect(step.errorText).to.contain('4 to 8 digits');
    expect(step.input.getAttribute('aria-invalid')).to.equal('true');
    expect(document.activeElement === step.input, 'focus').to.equal(true);
    expect(step.backend.calls).to.have.length(before);
    await step.type('29');
    expect(step.errorText).to.equal('');
    expect(step.input.hasAttribute('aria-invalid')).to.equal(false);
  });

  it('otp-length renders that many cells, and accepts only a code of that length', async () => {
    step.element.otpLength = 6;
    await step.start();
    expect(step.root.querySelectorAll('i')).to.have.length(6);
    await step.type('4829');
    await step.press('Enter');
    expect(step.errorText).to.contain('6 digits');
    expect(step.backend.count('submit')).to.equal(0);
  });

  it('each digit is centered in its cell', async () => {
    step.element.otpLength = 6;
    await step.start();
    await step.type('482913');
    const cells = [...step.root.querySelectorAll('i')].map((cell) => cell.getBoundingClientRect());
    const style = getComputedStyle(step.input);
    const canvas = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const digit = canvas.measureText('0').width;
    const start = step.input.getBoundingClientRect().left + parseFloat(style.paddingLeft);
    const pitch = digit + parseFloat(style.letterSpacing);
    cells.forEach((cell, at) => {
      const middle = start + at * pitch + digit / 2;
      expect(Math.abs(middle - (cell.left + cell.width / 2))).to.be.below(1);
    });
    expect(step.input.scrollLeft).to.equal(0);
  });

  it('a second Enter while the code is in flight sends nothing', async () => {
    await step.start();
    await step.submit('482913');
    await step.press('Enter');
    step.findButton('submit')?.click();
    expect(step.backend.count('submit')).to.equal(1);
    expect([step.input.getAttribute('aria-readonly'), step.input.readOnly]).to.deep.equal(['true', false]);
  });

  it('a rejected code stays, selected and described by the error', async () => {
    await step.start();
    const submit = await step.submit('111111');
    await submit.respond(rejectedOtp(1));
    await step.element.updateComplete;
    const { input } = step;
    expect(input.value).to.equal('111111');
    expect([input.selectionStart, input.selectionEnd]).to.deep.equal([0, 6]);
    expect(document.activeElement === input, 'focus').to.equal(true);
    const described = (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.slot);
    expect(described).to.deep.equal(['error', 'hint']);
  });

  it('Enter does not resubmit a rejected code', async () => {
    await step.start();
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.press('Enter');
    expect(step.backend.count('submit')).to.equal(1);
    expect(step.errorText).to.contain('Correct it or request a new one');
  });

  it('autosubmit submits a pasted code once, and never a typed one', async () => {
    step.element.autosubmit = true;
    step.element.otpLength = 6;
    await step.start();
    await step.type('482913');
    expect(step.backend.count('submit')).to.equal(0);
    await paste('482914', step.input);
    const submit = await step.backend.call(step.backend.calls.length - 1);
    expect(submit.otp).to.equal('482914');
    await submit.respond(rejectedOtp(1));
    await paste('482915', step.input);
    expect(step.backend.count('submit')).to.equal(1);
    expect(step.input.value).to.equal('482915');
  });

  it('is empty once the payment has ended', async () => {
    await step.start();
    await (await step.submit('482913')).respond(createView({ phase: 'authorized' }));
    expect(step.element.querySelector('input')?.value).to.equal('');
  });

  it('another code is requested only after the wait, then the field is empty and focused', async () => {
    await step.start(awaitingOtp({ resendInSeconds: 40 }));
    await step.type('4829');
    step.findButton('resend')?.click();
    expect(step.backend.count('resend')).to.equal(0);
    step.element.remove();
    step = new Step();
    await step.start();
    await step.type('4829');
    step.findButton('resend')?.focus();
    await step.press('Enter');
    const resend = await step.backend.call(step.backend.calls.length - 1);
    expect(resend.name).to.equal('resend');
    await resend.respond(awaitingOtp({ resendInSeconds: 30 }));
    await step.element.updateComplete;
    expect(step.input.value).to.equal('');
    expect(document.activeElement === step.input, 'focus').to.equal(true);
    expect(step.visibleText).to.contain('A new OTP is on its way');
  });
});
