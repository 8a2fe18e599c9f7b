import { expect } from '@open-wc/testing';
import { getBackdrop, contrastRatio, getPaintedColour, parseColour, getTextContrast } from '../support/colours.ts';
import { getAccessibleNodes } from '../support/devices.ts';
import { renderAllScenes, type RenderedScene } from '../support/render-scene.ts';
import { getControls, getText, colorSchemes, setColorScheme, getTextNodes } from '../support/dom-queries.ts';

/** Returns the boxes of a node's lines of text, without padding and margin: a text may run around another one. */
function getLineBoxes(node: HTMLElement): { node: Element; box: DOMRect; text: string }[] {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()].map((box) => ({ node, box, text: getText(node) }));
}

const isInside = (box: DOMRect, around: DOMRect): boolean =>
  box.left >= around.left && box.right <= around.right && box.top >= around.top && box.bottom <= around.bottom;

/** Returns the number of pixels by which two boxes overlap. */
const getOverlap = (one: DOMRect, other: DOMRect): number =>
  Math.min(
    Math.min(one.right, other.right) - Math.max(one.left, other.left),
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top),
  );

describe('contrast measurement', () => {
  it('returns the ratio of known pairs: black on white 21, #767676 on white 4.54, white on white 1', () => {
    const onWhite = (css: string): number => contrastRatio(parseColour(css), parseColour('#fff'));
    expect([onWhite('#000'), onWhite('#fff')]).to.deep.equal([21, 1]);
    expect(onWhite('#767676')).to.be.closeTo(4.54, 0.01);
  });

  it('accounts for the background and the opacity', () => {
    const box = document.createElement('div');
    box.style.cssText = 'background: #fff; color: #000';
    box.innerHTML = '<p style="opacity: .5">half</p><p style="color: rgb(0 0 0 / .5)">half as well</p>';
    document.body.append(box);
    for (const text of box.children) expect(getTextContrast(text)).to.be.within(3.9, 4.05);
    expect(getTextContrast(box)).to.equal(21);
    box.remove();
  });
});

describe('WCAG 2.2, in every state', () => {
  let all: RenderedScene[];
  before(async function () {
    this.timeout(60_000);
    all = await renderAllScenes();
  });
  after(() => {
    for (const { step } of all) step.element.remove();
    dispatchEvent(new Event('online'));
  });

  it('1.4.3 Contrast (Minimum): all text has at least 4.5:1, in light and dark', () => {
    for (const scheme of colorSchemes) {
      setColorScheme(scheme);
      for (const { name, step } of all) {
        // A state that has lasted for a while says so, and fades that in: on a slow machine, while it is measured.
        step.finishAnimations();
        expect(getTextNodes(step), name).not.to.have.length(0);
        for (const text of getTextNodes(step)) {
          expect(getTextContrast(text), `${scheme}, ${name}: ${getText(text)}`).to.be.at.least(4.5);
        }
      }
    }
  });

  it('1.4.11 Non-text Contrast: fields, cells, icons and buttons have at least 3:1, in light and dark', () => {
    const checked = new Set<string>();
    const checkContrast = (what: string, node: Element, css: string): void => {
      checked.add(what);
      const behind = getBackdrop(node.parentElement ?? node);
      expect(contrastRatio(getPaintedColour(css, node.parentElement ?? node), behind), what).to.be.at.least(3);
    };
    for (const scheme of colorSchemes) {
      setColorScheme(scheme);
      for (const { name, step } of all) {
        step.finishAnimations();
        const cell = step.root.querySelector('i');
        const input = step.element.querySelector('input');
        if (cell) checkContrast(`${scheme} cell`, cell, getComputedStyle(cell).borderTopColor);
        else if (input?.getClientRects().length) {
          const invalid = input.getAttribute('aria-invalid') ?? 'false';
          checkContrast(
            `${scheme} field, invalid ${invalid}`,
            step.query('.field'),
            getComputedStyle(input).borderTopColor,
          );
        }
        for (const button of step.root.querySelectorAll('.large')) {
          const { backgroundColor, borderTopColor } = getComputedStyle(button);
          const main = button.classList.contains('primary');
          checkContrast(`${scheme} button, main ${main}`, button, main ? backgroundColor : borderTopColor);
        }
        const icon = step.root.querySelector('.panel svg');
        if (icon) {
          const { borderTopColor, stroke } = getComputedStyle(icon);
          checkContrast(`${scheme} mark of ${name}`, icon, borderTopColor);
          const isDrawn = icon.querySelector('path[d]') !== null;
          if (isDrawn) expect(contrastRatio(getPaintedColour(stroke, icon), getBackdrop(icon)), name).to.be.at.least(3);
        }
      }
    }
    for (const scheme of colorSchemes) {
      for (const what of ['cell', 'field, invalid false', 'field, invalid true', 'button, main true']) {
        expect([...checked]).to.include(`${scheme} ${what}`);
      }
    }
  });

  it('1.4.10 Reflow: at 320 px nothing scrolls sideways and nothing is cut off', () => {
    for (const { name, step } of all) {
      step.element.style.inlineSize = '320px';
      const { scrollWidth, clientWidth } = step.query('.step');
      expect(scrollWidth, name).to.be.at.most(clientWidth);
      const { left, right } = step.element.getBoundingClientRect();
      expect(right - left).to.be.at.most(320);
      for (const text of getTextNodes(step)) {
        const box = text.getBoundingClientRect();
        // A field with cells is one cell wider than it looks, behind a clip.
        if (text instanceof HTMLInputElement && step.root.querySelector('i')) continue;
        expect([box.left >= left, box.right <= right + 0.5], `${name}: ${getText(text)}`).to.deep.equal([true, true]);
      }
      step.element.style.inlineSize = '';
    }
  });

  it('1.4.12 Text Spacing: with the reader’s own spacing, no text is cut off or overlaps another', async () => {
    const spacing = new CSSStyleSheet();
    const rule = `line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important;`;
    spacing.replaceSync(`* { ${rule} } p { margin-block-end: 2em !important }
      ::slotted(label), ::slotted([slot=hint]), ::slotted([slot=error]) { ${rule} }`);
    for (const { name, step } of all) {
      const { root } = step;
      const before = step.query('.step').getBoundingClientRect().height;
      const sheets = [...root.adoptedStyleSheets];
      root.adoptedStyleSheets = [...sheets, spacing];
      expect(step.query('.step').getBoundingClientRect().height, name).to.be.above(before - 1);
      const around = step.query('.step').getBoundingClientRect();
      const textBoxes = getTextNodes(step)
        .filter((node) => !(node instanceof HTMLInputElement))
        .flatMap(getLineBoxes);
      for (const [at, { node, box, text }] of textBoxes.entries()) {
        expect(isInside(box, around), `${name}: ${text}`).to.equal(true);
        for (const other of textBoxes.slice(at + 1)) {
          if (node.contains(other.node) || other.node.contains(node)) continue;
          expect(getOverlap(box, other.box), `${name}: ${text} / ${other.text}`).to.be.at.most(2);
        }
      }
      root.adoptedStyleSheets = sheets;
    }
  });

  it('2.4.3 Focus Order: the order of controls in the document is their visual order', () => {
    for (const { name, step } of all) {
      const tops = getControls(step).map((node) => node.getBoundingClientRect().top);
      expect(tops, name).to.deep.equal(tops.toSorted((a, b) => a - b));
      for (const node of [...step.root.querySelectorAll('*'), ...step.element.querySelectorAll('*')]) {
        expect((node as HTMLElement).tabIndex, `${name}: ${getText(node)}`).to.be.at.most(0);
      }
    }
  });

  it('2.5.8 Target Size (Minimum): every target is at least 24 px high and wide, full-size buttons 44 px', () => {
    for (const { name, step } of all) {
      for (const target of getControls(step)) {
        if (target.slot === 'pay-again') continue;
        const { width, height } = target.getBoundingClientRect();
        const least = target.matches('.large, input') ? 44 : 24;
        expect(Math.min(width, height), `${name}: ${getText(target)}`).to.be.at.least(least);
      }
    }
  });

  it('3.2.6 Consistent Help: bank page, resend, cancel and the reference keep their order', () => {
    const order = ['resend', 'bank', 'cancel', 'reference'];
    let compared = 0;
    for (const { name, step } of all) {
      const found = [...step.root.querySelectorAll('[part]')]
        .flatMap((node) => (node.getAttribute('part') ?? '').split(' '))
        .filter((part) => order.includes(part));
      expect(found, name).to.deep.equal(order.filter((part) => found.includes(part)));
      if (found.length > 1) compared++;
    }
    expect(compared).to.be.above(8);
  });

  it('4.1.2 Name, Role, Value: the engine computes role, name and state of each control', async function () {
    this.timeout(60_000);
    const expected: { node: Element; role: string; name: string; where: string }[] = [];
    for (const { name: where, step } of all) {
      expected.push({ node: step.element, role: 'group', name: 'Card payment', where });
      for (const node of getControls(step)) {
        if (node instanceof HTMLInputElement)
          expected.push({ node, role: 'textbox', name: getText(step.element.querySelector('label')!), where });
        else expected.push({ node, role: node.matches('a') ? 'link' : 'button', name: getText(node), where });
      }
      const node = step.root.querySelector('h2');
      if (node) expected.push({ node, role: 'heading', name: getText(node), where });
    }
    const computed = await getAccessibleNodes(...expected);
    for (const [at, { node, role, name, where }] of expected.entries()) {
      const found = computed[at];
      expect({ role: found?.role, name: found?.name }, where).to.deep.equal({ role, name });
      const states = found?.states;
      if (!states) continue;
      const off = node.getAttribute('aria-disabled') === 'true';
      if (role === 'button') expect(Boolean(states['disabled']), `${where}: ${name} disabled`).to.equal(off);
      if (node instanceof HTMLInputElement) {
        const invalid = node.getAttribute('aria-invalid') ?? 'false';
        expect([states['invalid'], states['readonly']], where).to.deep.equal([invalid, node.ariaReadOnly === 'true']);
        const hint = node.parentElement?.querySelector('[slot=hint]')?.textContent ?? '';
        expect(found.description?.endsWith(hint), where).to.equal(true);
      }
    }
    expect(expected.length).to.be.above(all.length * 2);
  });
});
