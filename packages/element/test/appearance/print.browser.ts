import { expect } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import { isChromium, Step } from '../support/harness.ts';

// Only Chromium's automation shows a page as it is printed.
if (isChromium) {
  describe('printed', () => {
    let step: Step;
    beforeEach(() => {
      step = new Step();
    });
    afterEach(async () => {
      step.element.remove();
      await emulateMedia({ media: 'screen' });
    });

    for (const otpLength of [undefined, 6]) {
      it(`the typed code is not on the paper (${otpLength ? 'cells' : 'plain field'})`, async () => {
        step.element.otpLength = otpLength;
        await step.start();
        await step.type('4829');
        const getColour = (): string => getComputedStyle(step.input).color;
        expect(getColour(), 'on the screen').not.to.equal('rgba(0, 0, 0, 0)');
        await emulateMedia({ media: 'print' });
        expect(matchMedia('print').matches).to.equal(true);
        expect(getColour()).to.equal('rgba(0, 0, 0, 0)');
      });
    }
  });
}
