import { expect } from '@open-wc/testing';
import type { PaymentView } from '@plural-otp/flow/contract';
import { setViewport } from '../support/devices.ts';
import { awaitingOtp, createView, isChromium, nextFrame, rejectedOtp, Step, waitUntil } from '../support/harness.ts';
import { locales } from '../support/locales.ts';

/** Boxes of one state, in CSS pixels from the top of the step. */
interface Layout {
  readonly field: readonly number[];
  /** Bottom of the button that stands out, or of the one that is off. */
  readonly buttonBottom: number;
  /** Tops of the text of the status line and of the resend. */
  readonly status: readonly number[];
  readonly height: number;
}

function readLayout(step: Step): Layout {
  step.finishAnimations();
  const { top: origin, height } = step.query('.step').getBoundingClientRect();
  const { left, top, width, height: fieldHeight } = step.input.getBoundingClientRect();
  const button = step.query('.large').getBoundingClientRect();
  const text = step.root.querySelector('.status > p') ?? step.element.querySelector('[slot=error]');
  const status = [text as Element, step.query('[part~=resend]')].map(
    (line) => line.getBoundingClientRect().top - origin,
  );
  return { field: [left, top - origin, width, fieldHeight], buttonBottom: button.bottom - origin, status, height };
}

/** Types as a keyboard's suggestion does, without a round trip to the driver for each key. */
function enter(step: Step, code: string): void {
  step.input.focus();
  document.execCommand('insertText', false, code);
  step.element.submit();
}

/** Goes through every state in which a customer types, and returns the layout of each. */
async function visitTypingStates(step: Step): Promise<Map<string, Layout>> {
  const layouts = new Map<string, Layout>();
  const record = async (state: string): Promise<void> => {
    await step.element.updateComplete;
    await nextFrame();
    layouts.set(state, readLayout(step));
  };
  let calls = 0;
  const respond = async (view: PaymentView): Promise<void> => (await step.backend.call(calls++)).respond(view);
  await step.mount();
  await respond(createView({ phase: 'ready' }));
  await respond(awaitingOtp({ resendInSeconds: 28 }));
  await record('first show');
  enter(step, '12');
  await record('too short');
  enter(step, '3456');
  await record('submitting');
  await respond(rejectedOtp(1, { resendInSeconds: 27 }));
  await record('first miss, before a resend is open');
  step.element.check();
  await respond(rejectedOtp(1));
  await record('first miss');
  enter(step, '123456');
  await record('the same code again');
  step.element.resend();
  await record('resending');
  await respond(awaitingOtp({ resendInSeconds: 28 }));
  await record('resent');
  dispatchEvent(new Event('offline'));
  await record('offline');
  dispatchEvent(new Event('online'));
  await waitUntil(() => !step.query('[part~=submit]').ariaDisabled, 'the network');
  await respond(awaitingOtp({ resendInSeconds: 26 }));
  enter(step, '654321');
  await respond(rejectedOtp(2, { resendInSeconds: 25 }));
  await record('second miss');
  return layouts;
}

describe('layout until the field is shown', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => {
    step.element.remove();
    document.documentElement.lang = 'en';
  });

  for (const tag of ['en', ...Object.keys(locales)]) {
    it(`${tag}: icon and title keep their place from the first paint to the request of the OTP`, async () => {
      document.documentElement.lang = tag;
      step.element.style.cssText = 'inline-size: 336px';
      const tops = (): number[] =>
        ['.step', '.panel', '.panel > h2'].map((part) => Math.round(step.query(part).getBoundingClientRect().top));
      await step.connect();
      await nextFrame();
      const first = tops();
      expect(step.root.querySelector('.turn'), 'nothing is in flight').to.equal(null);
      step.element.transport = step.backend;
      const payment = await step.backend.call(0);
      expect(tops(), 'payment in flight').to.deep.equal(first);
      expect(step.query('.panel > svg').getAttribute('class')).to.equal('turn');
      await payment.respond(createView({ phase: 'ready', next: ['redirect'] }));
      await step.backend.call(1);
      await nextFrame();
      expect(tops(), 'OTP requested').to.deep.equal(first);
      const { height } = step.query('.step').getBoundingClientRect();
      await (await step.backend.call(1)).respond(awaitingOtp());
      enter(step, '123456');
      await (await step.backend.call(2)).respond(createView({ phase: 'confirming', next: ['check'] }));
      await nextFrame();
      expect(step.query('.panel').classList.contains('busy')).to.equal(true);
      expect(step.query('.step').getBoundingClientRect().height, 'OTP accepted').to.equal(height);
    });
  }
});

// Only Chromium's window can be made as small as a phone's.
if (isChromium) {
  describe('layout while somebody types', () => {
    let step: Step;
    beforeEach(() => {
      step = new Step();
    });
    afterEach(async () => {
      step.element.remove();
      document.documentElement.lang = 'en';
      dispatchEvent(new Event('online'));
      await setViewport(800, 600);
    });

    const phones = [
      { width: 390, height: 844, keyboard: 336 },
      { width: 360, height: 640, keyboard: 280 },
      { width: 360, height: 800, keyboard: 300 },
    ];
    for (const { width, height, keyboard } of phones) {
      for (const tag of ['en', ...Object.keys(locales)]) {
        for (const otpLength of tag === 'en' ? [undefined, 6] : [undefined]) {
          const what = otpLength ? `${tag}, cells` : tag;
          it(`${width} × ${height}, ${what}: neither field nor status line nor button nor the step moves by a pixel`, async () => {
            await setViewport(width, height);
            document.documentElement.lang = tag;
            step.element.style.cssText = `inline-size: ${width - 24}px; scroll-margin: 0`;
            step.element.otpLength = otpLength;
            const layouts = await visitTypingStates(step);
            const first = layouts.get('first show') as Layout;
            for (const [state, layout] of layouts) expect(layout, state).to.deep.equal(first);
            expect(layouts).to.have.property('size', 10);
            const [, fieldTop = 0] = first.field;
            // What a browser shows of a field that has the focus: from its label to the button below it.
            const label = step.element.querySelector('label') as HTMLElement;
            const labelTop = label.getBoundingClientRect().top - step.query('.step').getBoundingClientRect().top;
            expect(labelTop).to.be.below(fieldTop);
            expect(first.buttonBottom - labelTop, 'above the keyboard').to.be.at.most(height - keyboard);
          });
        }
      }
    }
  });
}
