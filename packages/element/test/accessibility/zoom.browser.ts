import { expect } from '@open-wc/testing';
import { setViewport } from '../support/devices.ts';
import { nextFrame, isChromium, isWebKit, waitUntil } from '../support/harness.ts';
import { locales } from '../support/locales.ts';
import { renderScene, type RenderedScene, renderAllScenes } from '../support/render-scene.ts';
import { scenes } from '../support/scenes.mjs';

/**
 * Opens a window of 1280 by 1024 px at 400 %: 320 by 256 CSS px, four times as dense. WebKitGTK's automation can
 * neither zoom nor make its window that small, so it gets a frame of that size, with a separate document and script.
 */
async function openZoomedDocument(): Promise<Document> {
  if (!isWebKit) {
    await setViewport(320, 256, 4);
    return document;
  }
  const small = document.createElement('iframe');
  small.style.cssText = 'inline-size: 320px; block-size: 256px; border: 0';
  const script = new URL('../../src/index.ts', import.meta.url).href;
  const locales = new URL('../support/locales.ts', import.meta.url).href;
  small.srcdoc = `<!doctype html><html lang="en"><body><script type="module" src="${script}"></script><script type="module" src="${locales}"></script></body></html>`;
  document.body.append(small);
  await waitUntil(() => small.contentWindow?.customElements.get('plural-otp'), 'the script in the frame');
  return small.contentDocument as Document;
}

describe('400 % zoom', () => {
  let page: Document;
  let all: RenderedScene[];
  before(async function () {
    this.timeout(60_000);
    page = await openZoomedDocument();
    page.body.style.margin = '0';
    all = await renderAllScenes(page.body);
  });
  after(async () => {
    for (const { step } of all) step.element.remove();
    page.defaultView?.frameElement?.remove();
    dispatchEvent(new Event('online'));
    await setViewport(800, 600);
  });

  it('the window is 320 px wide', () => {
    expect(page.documentElement.clientWidth).to.be.within(300, 320);
    if (!isWebKit) expect(devicePixelRatio).to.equal(4);
  });

  it('nothing scrolls sideways, in any state', () => {
    expect(page.documentElement.scrollWidth).to.be.at.most(page.documentElement.clientWidth);
    for (const { name, step } of all) {
      const { scrollWidth, clientWidth } = step.query('.step');
      expect(scrollWidth, name).to.be.at.most(clientWidth);
    }
  });

  it('every control can be scrolled into view, whole and unobscured', async () => {
    let seen = 0;
    for (const { name, step } of all) {
      for (const control of step.root.querySelectorAll<HTMLElement>('button, a[href]')) {
        control.scrollIntoView({ block: 'center' });
        await nextFrame();
        const { left, right, top, bottom, width, height } = control.getBoundingClientRect();
        const { clientWidth, clientHeight } = page.documentElement;
        const what = `${name}: ${control.textContent?.trim()}`;
        expect([left >= 0, right <= clientWidth, top >= 0, bottom <= clientHeight], what).not.to.include(false);
        expect(step.root.elementFromPoint(left + Math.min(width / 2, 40), top + height / 2) === control, what).to.equal(
          true,
        );
        seen++;
      }
    }
    expect(seen).to.be.above(40);
  });

  // Chromium tests all languages; the others test the longest words and the right-to-left direction.
  const sample = isChromium ? Object.keys(locales) : ['ml', 'ta', 'ur'];
  for (const tag of sample) {
    it(`in every state no word is cut, broken or untranslated, and every target stays 24 px high: ${tag}`, async () => {
      const { documentElement: root } = page;
      root.lang = tag;
      await waitUntil(() => all.every(({ step }) => step.query('.step').lang === `${tag}-IN`), tag);
      await nextFrame();
      for (const { name, step } of all) {
        const base = step.query('.step');
        // A word that fits only when broken does not fit.
        base.style.overflowWrap = 'normal';
        const { left, right } = base.getBoundingClientRect();
        const nodes = [...base.querySelectorAll<HTMLElement>(':not(slot, svg, path, .live, .live *, .clip, i)')];
        for (const node of [...nodes, ...step.element.querySelectorAll<HTMLElement>('label, p')]) {
          const box = node.getBoundingClientRect();
          const what = `${name}: ${node.textContent?.trim().slice(0, 60)}`;
          if (box.width) expect([box.left >= left - 1, box.right <= right + 1], what).to.deep.equal([true, true]);
          if (node.matches('button, h2, p, a')) expect(node.scrollWidth, what).to.be.at.most(node.offsetWidth + 1);
          if (node.matches('button, a')) expect(box.height, what).to.be.at.least(24);
        }
        base.style.overflowWrap = '';
        // The live region may keep an announcement in another language.
        const live = base.querySelector('.live') as HTMLElement;
        live.style.display = 'none';
        const read = base.innerText;
        live.style.display = '';
        const shown = [...step.element.children].filter((node) => node.getClientRects().length > 0);
        const lightText = shown.map((node) => node.textContent).join(' ');
        const seen = `${read} ${lightText}`;
        const english = seen.replace(/OTP|SMS|Nilgiri Leaf|HDFC Bank|HDFC|VISA|NL7K-42QX|Choose another card/gi, '');
        expect(english.match(/[a-z]+/i)?.[0], `${name}: ${english}`).to.equal(undefined);
      }
      expect(root.scrollWidth).to.be.at.most(root.clientWidth);
      root.lang = 'en';
    });
  }

  it('eight cells fit, each wider than its digit', async () => {
    const six = scenes.find(([name]) => name === 'awaiting, six cells') as (typeof scenes)[number];
    const step = await renderScene([six[0], six[1], { otpLength: 8 }], page.body);
    const { left, right } = step.query('.step').getBoundingClientRect();
    const context = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    const { fontSize, fontFamily, fontWeight } = getComputedStyle(step.input);
    context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const cells = step.root.querySelectorAll('i');
    expect(cells).to.have.length(8);
    for (const cell of cells) {
      const box = cell.getBoundingClientRect();
      expect([box.left >= left, box.right <= right]).to.deep.equal([true, true]);
      expect(box.width).to.be.above(context.measureText('0').width);
    }
    step.element.remove();
  });

  it('text at 200 % (1.4.4): nothing scrolls sideways, in any state', async () => {
    page.documentElement.style.fontSize = '200%';
    await nextFrame();
    for (const { name, step } of all) {
      const { scrollWidth, clientWidth } = step.query('.step');
      expect(scrollWidth, name).to.be.at.most(clientWidth);
    }
    page.documentElement.style.fontSize = '';
  });
});
