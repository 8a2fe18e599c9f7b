import { expect } from '@open-wc/testing';
import 'axe-core/axe.min.js';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Step } from '../support/harness.ts';
import { renderScene, findScene } from '../support/render-scene.ts';
import { scenes } from '../support/scenes.mjs';
import { setColorScheme } from '../support/dom-queries.ts';

declare global {
  interface Window {
    axe: { run(context: Element, options: RunOptions): Promise<AxeResults> };
  }
}

describe('accessibility', () => {
  let step: Step | undefined;
  afterEach(() => {
    step?.element.remove();
    dispatchEvent(new Event('online'));
  });

  for (const each of scenes) {
    it(`axe finds no violation, in light and dark: ${each[0]}`, async () => {
      setColorScheme('light');
      step = await renderScene(each);
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      // A step is part of a page, which has its own landmarks and main heading.
      const rules = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } };
      const light = await window.axe.run(step.element, { runOnly: tags, rules });
      setColorScheme('dark');
      // The dark scheme changes colours only.
      const dark = await window.axe.run(step.element, { runOnly: { type: 'rule', values: ['color-contrast'] } });
      for (const { passes, violations } of [light, dark]) {
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).to.deep.equal(
          [],
        );
        expect(passes.map(({ id }) => id)).to.include('color-contrast');
      }
    });
  }

  it('right to left: text runs that way, the code never does', async () => {
    step = await renderScene(findScene('awaiting, six cells'));
    const left = (selector: string): number => step?.root.querySelector(selector)?.getBoundingClientRect().left ?? 0;
    const reads = (): boolean => left('.slots i:first-child') < left('.slots i:last-child');
    expect([left('[part=issuer]') < left('[part~=cancel]'), reads()]).to.deep.equal([true, true]);
    step.element.messages = { direction: 'rtl', language: 'ur-PK' };
    await step.element.updateComplete;
    const text = step.root.querySelector('.step') as Element;
    expect([getComputedStyle(text).direction, getComputedStyle(step.input).direction]).to.deep.equal(['rtl', 'ltr']);
    expect(getComputedStyle(step.input.labels?.[0] as Element).direction).to.equal('rtl');
    expect(reads()).to.equal(true);
  });

  it('right to left: a typed digit is in the first cell, the next one right of it', async () => {
    const page = document.createElement('div');
    page.dir = 'rtl';
    document.body.append(page);
    const [name, responses] = findScene('awaiting, six cells');
    step = await renderScene([name, responses, { otpLength: 6 }], page);
    step.element.messages = { direction: 'rtl', language: 'ur-PK' };
    await step.element.updateComplete;
    const { input } = step;
    const lefts: number[] = [];
    for (const cell of [...step.root.querySelectorAll('i')].slice(0, 3)) {
      await step.type(String(lefts.length));
      expect(input.selectionStart).to.equal(lefts.length + 1);
      const { left, top, width, height } = cell.getBoundingClientRect();
      lefts.push(left);
      expect(document.elementFromPoint(left + width / 2, top + height / 2) === input).to.equal(true);
    }
    expect(input.value).to.equal('012');
    expect(lefts).to.deep.equal(lefts.toSorted((a, b) => a - b));
    // Digits run from the left, so the text begins where the first cell does.
    expect(Math.abs(input.getBoundingClientRect().left - (lefts[0] ?? 0))).to.be.below(1);
    page.remove();
  });
});
