import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { getBackdrop, contrastRatio, getPaintedColour } from '../support/colours.ts';
import { getAccessibleNodes, paste } from '../support/devices.ts';
import {
  awaitingOtp,
  nextFrame,
  isChromium,
  isWebKit,
  rejectedOtp,
  Step,
  waitUntil,
  createView,
  withoutIsolates,
} from '../support/harness.ts';
import { renderScene, findScene } from '../support/render-scene.ts';
import { getControls, getText, colorSchemes, setColorScheme } from '../support/dom-queries.ts';

const getActiveElement = (step: Step): Element | null =>
  document.activeElement === step.element ? step.root.activeElement : document.activeElement;

describe('WCAG 2.2, by interaction', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => {
    step.element.remove();
    dispatchEvent(new Event('online'));
  });

  it('1.3.5 Identify Input Purpose: the field is marked as a one-time code, whether created or adopted', async () => {
    await step.start();
    expect(step.input.getAttribute('autocomplete')).to.equal('one-time-code');
    expect(step.input.type).to.equal('text');
    const adopted = new Step();
    adopted.element.innerHTML = '<label>Code <input /></label><label for="c">Code</label><input id="c" />';
    adopted.element.firstElementChild?.remove();
    await adopted.start();
    expect(adopted.input.getAttribute('autocomplete')).to.equal('one-time-code');
    adopted.element.remove();
  });

  it('2.1.1 Keyboard: a payment works from start to end without a pointer', async () => {
    step.element.manual = true;
    await step.mount();
    const before = document.createElement('button');
    step.element.before(before);
    before.focus();
    await sendKeys({ press: 'Tab' });
    await step.press(' ');
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    await (await step.backend.call(1)).respond(awaitingOtp());
    for (const key of '111111') await sendKeys({ press: key });
    await step.press('Enter');
    await (await step.backend.call(2)).respond(rejectedOtp(1));
    // The rejected code is selected, so typing replaces it.
    for (const key of '482913') await sendKeys({ press: key });
    // To the resend, then to the submit.
    await sendKeys({ press: 'Tab' });
    await sendKeys({ press: 'Tab' });
    await step.press(' ');
    expect((await step.backend.call(3)).otp).to.equal('482913');
    await step.backend.calls[3]?.respond(createView({ phase: 'authorized' }));
    await step.element.updateComplete;
    expect(step.findEvent('authorized')?.detail).to.deep.equal({ reference: 'NL7K-42QX' });
    before.remove();
  });

  for (const [action, key, first, call] of [
    ['resend', 'Enter', awaitingOtp, 'resend'],
    ['resend', ' ', awaitingOtp, 'resend'],
    ['cancel', 'Enter', awaitingOtp, 'leave'],
    ['cancel', ' ', awaitingOtp, 'leave'],
    ['bank', 'Enter', awaitingOtp, 'leave'],
    ['check', 'Enter', () => createView({ phase: 'unresolved', next: ['check', 'submit'] }), 'payment'],
    ['check', ' ', () => createView({ phase: 'unresolved', next: ['check', 'submit'] }), 'payment'],
  ] as const) {
    it(`2.1.1 Keyboard: ${action} by ${key === ' ' ? 'Space' : key}, reached by Tab`, async () => {
      await step.start(first());
      const { length } = step.backend.calls;
      const before = document.createElement('button');
      step.element.before(before);
      before.focus();
      for (let tries = 0; getActiveElement(step) !== step.findButton(action); tries++) {
        if (tries > 9) throw new Error(`Tab never reached ${action}`);
        await sendKeys({ press: 'Tab' });
      }
      // The test page must not navigate: the link's default action is prevented outside the element.
      addEventListener('click', (event) => action === 'bank' && event.preventDefault(), { once: true });
      await step.press(key);
      expect((await step.backend.call(length)).name).to.equal(call);
      before.remove();
    });
  }

  it('2.2.1 Timing Adjustable: the step has no time limit; half a day later the code can still be submitted', async () => {
    const real = { wall: Date.now.bind(Date), running: performance.now.bind(performance) };
    let ahead = 0;
    Date.now = () => real.wall() + ahead;
    performance.now = () => real.running() + ahead;
    try {
      await step.start(awaitingOtp({ resendInSeconds: 30 }));
      await step.type('4829');
      ahead = 12 * 60 * 60 * 1000;
      document.dispatchEvent(new Event('visibilitychange'));
      step.element.requestUpdate();
      await nextFrame();
      expect(step.input.value).to.equal('4829');
      const { length } = step.backend.calls;
      await step.type('13');
      await step.press('Enter');
      const submit = await step.backend.call(length);
      expect([submit.name, submit.otp]).to.deep.equal(['submit', '482913']);
      expect(step.findEvent('expired')).to.equal(undefined);
    } finally {
      Date.now = real.wall;
      performance.now = real.running;
    }
  });

  it('2.4.3 Focus Order: the focus moves to new content, and back to the field when the code is rejected', async () => {
    await step.start();
    const submit = await step.submit('482913');
    expect(getActiveElement(step) === step.input, 'while it is in flight').to.equal(true);
    await submit.respond(createView({ phase: 'confirming' }));
    await step.element.updateComplete;
    expect(withoutIsolates(getActiveElement(step)?.textContent)).to.equal('HDFC Bank is confirming the payment');
    step.element.check();
    await (await step.backend.call(step.backend.calls.length - 1)).respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(getActiveElement(step) === step.input, 'after the rejection').to.equal(true);
    expect([step.input.selectionStart, step.input.selectionEnd]).to.deep.equal([0, 6]);
  });

  for (const name of ['awaiting', 'awaiting, six cells', 'second miss, six cells', 'unreachable', 'expired']) {
    it(`2.4.7 Focus Visible: each control that Tab reaches has a ring of 2 px with 3:1 (${name})`, async () => {
      step = await renderScene(findScene(name));
      for (const scheme of colorSchemes) {
        setColorScheme(scheme);
        const before = document.createElement('button');
        step.element.before(before);
        before.focus();
        for (const control of getControls(step)) {
          await sendKeys({ press: 'Tab' });
          expect(getActiveElement(step) === control, getText(control)).to.equal(true);
          const cells = control instanceof HTMLInputElement && step.root.querySelector('i');
          const outlined = cells ? step.query('i.at') : control;
          const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(outlined);
          expect(outlineStyle, getText(control)).not.to.equal('none');
          expect(parseFloat(outlineWidth)).to.be.at.least(2);
          const around = step.query('.step');
          expect(
            contrastRatio(getPaintedColour(outlineColor, around), getBackdrop(around)),
            getText(control),
          ).to.be.at.least(3);
        }
        before.remove();
      }
    });
  }

  it('2.4.11 Focus Not Obscured: in a window of 320 by 256 px each focused control is in view and unobscured', async () => {
    const small = document.createElement('div');
    small.style.cssText = 'inline-size: 320px; block-size: 256px; overflow: auto';
    document.body.append(small);
    step = await renderScene(findScene('second miss, six cells'), small);
    const before = document.createElement('button');
    small.prepend(before);
    before.focus();
    for (const control of getControls(step)) {
      await sendKeys({ press: 'Tab' });
      await nextFrame();
      expect(getActiveElement(step) === control, getText(control)).to.equal(true);
      const [box, around] = [control.getBoundingClientRect(), small.getBoundingClientRect()];
      const [x, y] = [Math.min(box.left + box.width / 2, box.left + 60), box.top + box.height / 2];
      expect([y > around.top, y < around.bottom], getText(control)).to.deep.equal([true, true]);
      const hit = document.elementFromPoint(x, y);
      expect(hit === control || (hit === step.element && step.root.elementFromPoint(x, y) === control)).to.equal(true);
    }
    small.remove();
  });

  const errorCases: [what: string, message: string, advice: string, interact: (step: Step) => Promise<void>][] = [
    ['an empty field', 'Enter the OTP', 'from your bank', async (step) => step.press('Enter')],
    [
      'a short code',
      'has 4 to 8 digits',
      'Check that it is complete',
      async (step) => {
        await step.type('48');
        await step.press('Enter');
      },
    ],
    [
      'a paste without a code',
      'no OTP in that text',
      'Enter only the OTP',
      async (step) => paste('no code', step.input),
    ],
    [
      'a paste with two codes',
      'more than one number',
      'Enter only the OTP',
      async (step) => paste('1234 or 567890', step.input),
    ],
    [
      'a rejected code',
      'was not accepted',
      'Check the latest message',
      async (step) => (await step.submit('111111')).respond(rejectedOtp(1)),
    ],
    [
      'a second rejected code',
      'Not accepted again',
      'Another wrong OTP may block your card',
      async (step) => (await step.submit('111111')).respond(rejectedOtp(2)),
    ],
    [
      'the rejected code once more',
      'not accepted',
      'Correct it or request a new one',
      async (step) => {
        await (await step.submit('111111')).respond(rejectedOtp(1));
        await step.press('Enter');
      },
    ],
  ];
  for (const [what, message, advice, interact] of errorCases) {
    it(`3.3.1 Error Identification: ${what} is described in text at the field, and the field is marked invalid`, async () => {
      await step.start();
      step.input.focus();
      await interact(step);
      await step.element.updateComplete;
      expect(step.errorText).to.contain(message);
      const { input } = step;
      expect(input.getAttribute('aria-invalid')).to.equal('true');
      const error = step.element.querySelector('[slot=error]') as HTMLElement;
      expect(input.getAttribute('aria-describedby')?.split(' ')[0]).to.equal(error.id);
      expect(error.getBoundingClientRect().top).to.be.within(
        input.getBoundingClientRect().bottom,
        input.getBoundingClientRect().bottom + 16,
      );
      // The field is marked by a thicker border, not by colour alone.
      expect(getComputedStyle(input).borderTopWidth).to.equal('2px');
      const [accessible] = await getAccessibleNodes({
        node: input,
        role: 'textbox',
        name: 'Enter the OTP from \u2068HDFC Bank\u2069',
      });
      expect([accessible?.role, withoutIsolates(accessible?.name)]).to.deep.equal([
        'textbox',
        'Enter the OTP from HDFC Bank',
      ]);
      if (isChromium)
        expect(withoutIsolates(accessible?.description).startsWith(step.errorText), accessible?.description).to.equal(
          true,
        );
    });

    it(`3.3.3 Error Suggestion: ${what} comes with a suggestion`, async () => {
      await step.start();
      step.input.focus();
      await interact(step);
      await step.element.updateComplete;
      expect(step.errorText).to.contain(advice);
    });
  }

  it('3.3.8 Accessible Authentication (Minimum): the code can be pasted or autofilled, is shown as typed, and nothing else is requested', async () => {
    await step.start();
    await paste('482 913', step.input);
    expect(step.input.value).to.equal('482913');
    step.input.value = '';
    // A browser fills a field in by setting the value, followed by one event.
    step.input.value = '731946';
    step.input.dispatchEvent(new Event('input', { bubbles: true }));
    expect(step.input.value).to.equal('731946');
    expect(step.input.type).to.equal('text');
    expect(getComputedStyle(step.input).getPropertyValue('-webkit-text-security') || 'none').to.equal('none');
    expect(step.element.querySelectorAll('input')).to.have.length(1);
    expect(step.root.querySelectorAll('input, select, textarea')).to.have.length(0);
    await step.press('Enter');
    expect(step.backend.calls.at(-1)?.otp).to.equal('731946');
  });

  it('4.1.3 Status Messages: changes are announced in a polite live region that existed before, and the focus stays', async () => {
    await step.mount();
    const region = step.query('[role=status]');
    await (await step.backend.call(0)).respond(awaitingOtp());
    step.input.focus();
    for (const [announcement, interact] of [
      ['You are offline', () => dispatchEvent(new Event('offline'))],
      ['You are back online', () => dispatchEvent(new Event('online'))],
      [
        'Checking the OTP',
        () => {
          step.input.value = '482913';
          step.element.submit();
        },
      ],
    ] as const) {
      interact();
      await waitUntil(() => region.textContent?.includes(announcement), announcement);
      expect(getActiveElement(step) === step.input, announcement).to.equal(true);
    }
    expect(step.query('[role=status]') === region, 'the same region').to.equal(true);
    expect(region.getAttribute('role')).to.equal('status');
    // Firefox finds nodes by name only, and a live region has none.
    if (!isChromium && !isWebKit) return;
    const [accessible] = await getAccessibleNodes({ node: region, role: 'status', name: '' });
    expect(accessible?.role).to.equal('status');
    if (isChromium) expect(accessible?.states?.['live']).to.equal('polite');
  });
});
