import { expect } from '@open-wc/testing';
import { styles } from '../../src/plural-otp.styles.ts';
import { contrastRatio, getBackdrop, getPaintedColour, getTextContrast } from '../support/colours.ts';
import { colorSchemes, setColorScheme } from '../support/dom-queries.ts';
import { awaitingOtp, rejectedOtp, Step } from '../support/harness.ts';

/** Functions and units that Chromium 90 and Safari 15 lack. */
const newer = /\b(?:color-mix|light-dark|contrast-color)\(|\bcolor\((?=from )|(?<=\d)cqi\b|\bclip(?=;)/g;

describe('a browser as old as Chromium 90 and Safari 15', () => {
  let step: Step;
  afterEach(() => {
    step.element.remove();
    setColorScheme('light');
  });

  /** Renders a step whose style sheet has lost what such a browser does not parse. */
  async function start(view = awaitingOtp(), otpLength?: number, accent?: string): Promise<void> {
    step = new Step();
    if (accent) step.element.style.setProperty('--plural-otp-accent', accent);
    if (otpLength) step.element.otpLength = otpLength;
    await step.start(view);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      styles
        .map(({ cssText }) => cssText)
        .join('')
        .replaceAll(newer, (name) => `-x-${name}`),
    );
    step.root.adoptedStyleSheets = [sheet];
    step.finishAnimations();
  }

  /** Checks that a node has a border that stands out from what is behind it. */
  function expectBorder(node: Element, ratio: number): void {
    const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(node);
    expect([parseFloat(borderTopWidth) >= 1, borderTopStyle], node.tagName).to.deep.equal([true, 'solid']);
    const outside = getBackdrop(step.element.parentElement);
    expect(contrastRatio(getPaintedColour(borderTopColor, node), outside), node.tagName).to.be.at.least(ratio);
  }

  for (const scheme of colorSchemes) {
    it(`${scheme}: the field has a border of 3:1, and the frame has one`, async () => {
      setColorScheme(scheme);
      await start(awaitingOtp({ problem: { code: 'RESEND_TOO_EARLY' } }));
      expectBorder(step.input, 3);
      expectBorder(step.query('.step'), 1.05);
    });

    it(`${scheme}: each cell has a border of 3:1 and a width, and the button 4.5:1`, async () => {
      setColorScheme(scheme);
      await start(awaitingOtp(), 6);
      for (const cell of step.root.querySelectorAll('i')) {
        expectBorder(cell, 3);
        expect(cell.getBoundingClientRect().width).to.be.at.least(24);
      }
      expect(step.input.getBoundingClientRect().width).to.be.above(150);
      expect(getTextContrast(step.query('[part~=submit]'))).to.be.at.least(4.5);
    });
  }

  for (const scheme of colorSchemes) {
    for (const accent of [undefined, '#0b3d91', '#ff9900']) {
      it(`${scheme}, ${accent ?? 'no accent'}: links, error and hint have 4.5:1, also where the page is dark`, async () => {
        setColorScheme(scheme);
        await start(awaitingOtp(), undefined, accent);
        const label = step.element.querySelector('label') as HTMLElement;
        const expectText = (nodes: Record<string, Element>): void => {
          for (const [name, node] of Object.entries(nodes)) expect(getTextContrast(node), name).to.be.at.least(4.5);
        };
        expectText({
          label,
          input: step.input,
          bank: step.query('[part~=bank]'),
          resend: step.query('[part~=resend]'),
        });
        if (!accent) expectText({ submit: step.query('[part~=submit]') });
        await (await step.submit('111111')).respond(rejectedOtp(1));
        expectText({ error: step.element.querySelector('[slot=error]') as HTMLElement });
      });
    }
  }

  it('an error has a border of its own', async () => {
    await start();
    await (await step.submit('111111')).respond(rejectedOtp(1));
    expectBorder(step.input, 3);
  });
});

describe('a brand that gives an accent alone', () => {
  let step: Step;
  afterEach(() => {
    step.element.remove();
    setColorScheme('light');
  });

  for (const scheme of colorSchemes) {
    for (const accent of [
      '#0b3d91',
      '#7a1fa2',
      '#c62828',
      '#00695c',
      '#ff9900',
      '#ffd54f',
      '#ffffff',
      '#000000',
      '#767676',
    ]) {
      it(`${scheme}, ${accent}: the text of buttons and links has 4.5:1`, async () => {
        setColorScheme(scheme);
        step = new Step();
        step.element.style.setProperty('--plural-otp-accent', accent);
        await step.start();
        // A browser without relative colours keeps the built-in text, which such a page sets itself.
        if (!CSS.supports('color', 'color(from red xyz x y z)')) return;
        for (const part of ['submit', 'bank'])
          expect(getTextContrast(step.query(`[part~=${part}]`)), part).to.be.at.least(4.5);
      });
    }
  }
});
