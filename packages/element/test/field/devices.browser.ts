import { expect } from '@open-wc/testing';
import { sendMouse } from '@web/test-runner-commands';
import {
  pressChord,
  composeText,
  doubleClick,
  drag,
  drop,
  forcePseudoClasses,
  paste,
  pointOn,
} from '../support/devices.ts';
import { nextFrame, isChromium, isWebKit, Step, waitUntil } from '../support/harness.ts';

describe('input devices', () => {
  let step: Step;
  const removables: Element[] = [];
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => {
    step.element.remove();
    for (const node of removables.splice(0)) node.remove();
  });
  /** Adds text to the page and selects all of it. */
  const selectText = (text: string): HTMLTextAreaElement => {
    const source = document.createElement('textarea');
    source.rows = 1;
    source.value = text;
    step.element.before(source);
    removables.push(source);
    source.focus();
    source.select();
    return source;
  };

  // Only Chromium's protocol reaches these. Firefox and WebKitGTK begin a drag, but their automation never drops it.
  if (isChromium) {
    for (const [text, code] of [
      ['482 913', '482913'],
      ['४८२९१३', '482913'],
    ] as const) {
      it(`drop with the mouse: "${text}" becomes ${code}`, async () => {
        step.element.otpLength = 6;
        await step.start();
        await drop(pointOn(selectText(text), 0.1), pointOn(step.input));
        await waitUntil(() => step.input.value, 'the drop');
        expect(step.input.value).to.equal(code);
      });
    }

    it('drop with the mouse: a string with two codes is rejected with a message, and the typed digits stay', async () => {
      step.element.otpLength = 6;
      await step.start();
      await step.type('77');
      await drop(pointOn(selectText('123456 or 567890'), 0.1), pointOn(step.input));
      await waitUntil(() => step.errorText, 'the rejection');
      expect(step.errorText).to.contain('more than one number');
      expect(step.input.value).to.equal('77');
    });

    for (const [composing, code] of [
      ['４８２９１３', '482913'],
      ['४८२९१३', '482913'],
      ['482 913', '482913'],
    ] as const) {
      it(`an input method that commits "${composing}" inserts ${code}, and is not disturbed before`, async () => {
        await step.start();
        step.input.focus();
        const uncommitted = composing.slice(0, 4);
        await composeText({ composing: composing.slice(0, 2) }, { composing: uncommitted });
        expect(step.input.value).to.equal(uncommitted);
        await composeText({ commit: composing });
        await nextFrame();
        expect(step.input.value).to.equal(code);
        expect(step.input.selectionStart).to.equal(6);
      });
    }

    it('an input method: the key that confirms its text submits nothing', async () => {
      await step.start();
      step.input.focus();
      await composeText({ composing: '４８２９１３' });
      const enter = new KeyboardEvent('keydown', {
        key: 'Enter',
        keyCode: 229,
        isComposing: true,
        bubbles: true,
        cancelable: true,
      });
      step.input.dispatchEvent(enter);
      expect([enter.defaultPrevented, step.backend.count('submit')]).to.deep.equal([false, 0]);
      await composeText({ commit: '４８２９１３' });
      await step.press('Enter');
      expect(step.backend.calls.at(-1)?.otp).to.equal('482913');
    });

    it('a keyboard may insert the whole code at once, as from its clipboard row', async () => {
      await step.start();
      step.input.focus();
      await composeText({ commit: '482-913' });
      await waitUntil(() => step.input.value, 'the code');
      expect(step.input.value).to.equal('482913');
    });

    it('an autofilled code stays readable in the cells', async () => {
      step.element.otpLength = 6;
      await step.start();
      await forcePseudoClasses(step.input, 'autofill');
      const { backgroundClip, webkitTextFillColor, color } = getComputedStyle(step.input);
      expect([backgroundClip, webkitTextFillColor]).to.deep.equal(['text', color]);
    });
  }

  it('Shift and arrow keys select, and the next digit replaces the selection', async () => {
    await step.start();
    await step.type('482913');
    await pressChord('Shift', 'ArrowLeft');
    await pressChord('Shift', 'ArrowLeft');
    expect([step.input.selectionStart, step.input.selectionEnd]).to.deep.equal([4, 6]);
    await step.press('7');
    expect(step.input.value).to.equal('48297');
  });

  it('a double click selects the whole code, and the next digit replaces it', async () => {
    step.element.otpLength = 6;
    await step.start();
    await step.type('482913');
    await doubleClick(pointOn(step.query('.slots i:nth-child(3)')));
    await waitUntil(() => step.input.selectionEnd === 6 && step.input.selectionStart === 0, 'the selection');
    await step.press('7');
    expect(step.input.value).to.equal('7');
  });

  it('dragging over digits selects them', async () => {
    step.element.otpLength = 6;
    await step.start();
    await step.type('482913');
    await drag(pointOn(step.query('.slots i:nth-child(1)'), 0.9), pointOn(step.query('.slots i:nth-child(4)'), 0.9));
    await waitUntil(() => (step.input.selectionEnd ?? 0) > (step.input.selectionStart ?? 0), 'the selection');
    const { selectionStart, selectionEnd } = step.input;
    expect(step.input.value.slice(selectionStart ?? 0, selectionEnd ?? 0)).to.match(/^(4?82|4?829)$/);
  });

  it('Backspace and Delete remove one digit, on their side of the caret', async () => {
    await step.start();
    await step.type('482913');
    await step.press('Backspace');
    expect(step.input.value).to.equal('48291');
    step.input.setSelectionRange(0, 0);
    await step.press('Delete');
    expect([step.input.value, step.input.selectionStart]).to.deep.equal(['8291', 0]);
  });

  it('the undo and redo keys go back and forth over typing and paste', async function () {
    await step.start();
    await step.type('77');
    await paste('482 913', step.input);
    // WebKitGTK's automation has no undo key.
    const undo = async (): Promise<unknown> => (isWebKit ? document.execCommand('undo') : pressChord('Control', 'z'));
    const redo = async (): Promise<unknown> => (isWebKit ? document.execCommand('redo') : pressChord('Control', 'y'));
    await undo();
    expect(step.input.value).to.equal('77');
    await redo();
    expect(step.input.value).to.equal('482913');
    await undo();
    await step.type('4');
    expect(step.input.value).to.match(/^(774|4)$/);
  });

  it('a click anywhere in the plain field focuses it', async () => {
    await step.start();
    for (const part of [0.05, 0.5, 0.95]) {
      step.input.blur();
      await sendMouse({ type: 'click', position: [...pointOn(step.input, part)] });
      await waitUntil(() => document.activeElement === step.input, 'the focus');
    }
  });

  it('with cells, every cell is the field: a click in any of them puts the caret there', async () => {
    step.element.otpLength = 6;
    await step.start();
    await step.type('482913');
    step.input.blur();
    for (const [at, cell] of [...step.root.querySelectorAll('i')].entries()) {
      await sendMouse({ type: 'click', position: [...pointOn(cell, 0.3)] });
      await waitUntil(() => document.activeElement === step.input, 'the focus');
      await waitUntil(() => step.input.selectionStart === at, `the caret in cell ${at}`);
    }
  });

  it('the field opts out of password managers, and their badge has space behind the last digit', async () => {
    await step.start();
    for (const name of ['data-1p-ignore', 'data-lpignore', 'data-bwignore', 'data-form-type']) {
      expect(step.input.hasAttribute(name), name).to.equal(true);
    }
    await step.type('48291357');
    const { paddingRight, fontSize, fontFamily, fontWeight, letterSpacing } = getComputedStyle(step.input);
    expect(parseFloat(paddingRight)).to.be.at.least(24);
    const context = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const text = 8 * (context.measureText('0').width + parseFloat(letterSpacing));
    const { width } = step.input.getBoundingClientRect();
    expect((width - text) / 2, 'next to the centred code').to.be.at.least(24);
  });

  it('a page translator may translate every word but the code and the reference', async () => {
    await step.start();
    expect(step.input.getAttribute('translate')).to.equal('no');
    const kept = [...step.root.querySelectorAll('[translate=no]'), ...step.element.querySelectorAll('[translate=no]')];
    expect(kept.map(({ tagName }) => tagName)).to.deep.equal(['INPUT']);
  });
});
