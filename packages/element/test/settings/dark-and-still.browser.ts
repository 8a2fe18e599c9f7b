import { expect } from '@open-wc/testing';
import { getBackdrop, contrastRatio, parseColour, getTextContrast } from '../support/colours.ts';
import { emulateMedia } from '../support/devices.ts';
import type { Step } from '../support/harness.ts';
import { renderScene, findScene } from '../support/render-scene.ts';

describe('dark scheme and reduced motion', () => {
  let step: Step | undefined;
  before(async () => {
    document.documentElement.style.colorScheme = 'light dark';
    // Firefox and WebKitGTK were launched with these settings.
    await emulateMedia([
      { name: 'prefers-color-scheme', value: 'dark' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    expect(matchMedia('(prefers-color-scheme: dark)').matches, 'dark').to.equal(true);
    expect(matchMedia('(prefers-reduced-motion: reduce)').matches, 'reduced motion').to.equal(true);
  });
  afterEach(() => step?.element.remove());

  for (const name of ['awaiting', 'second miss, six cells', 'confirming', 'authorized', 'failed']) {
    it(`dark: the step follows the page’s scheme, and all text is readable (${name})`, async () => {
      step = await renderScene(findScene(name));
      const surface = step.query('.step');
      expect(contrastRatio(getBackdrop(surface), parseColour('white')), 'a dark surface').to.be.above(12);
      const light = [...step.element.querySelectorAll('*')].filter((node) => node.getClientRects().length);
      for (const node of [...surface.querySelectorAll('p, h2, button, a, code'), ...light]) {
        expect(getTextContrast(node), node.textContent?.trim()).to.be.at.least(4.5);
      }
    });
  }

  for (const name of ['generating', 'awaiting', 'submitting', 'confirming', 'redirecting', 'authorized']) {
    it(`reduced motion: nothing moves (${name})`, async () => {
      step = await renderScene(findScene(name));
      const nodes = [...step.root.querySelectorAll('*'), ...step.element.querySelectorAll('*')];
      let checked = 0;
      for (const node of nodes) {
        for (const pseudo of [undefined, '::before', '::after']) {
          const { animationName, transitionDuration } = getComputedStyle(node, pseudo);
          // A pseudo-element that does not exist has no style.
          if (!animationName) continue;
          checked++;
          expect(animationName, `${node.tagName} ${pseudo}`).to.equal('none');
          expect(parseFloat(transitionDuration)).to.equal(0);
        }
      }
      expect(checked).to.be.above(10);
    });
  }
});
