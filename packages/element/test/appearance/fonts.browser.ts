import { expect } from '@open-wc/testing';
import { getRenderedFonts } from '../support/devices.ts';
import { nextFrame, isChromium, Step, createView } from '../support/harness.ts';
import { scripts } from '../../../flow/test/presentation/scripts.ts';
import { locales } from '../support/locales.ts';

describe('fonts', () => {
  if (isChromium) {
    for (const [tag, script] of Object.entries(scripts)) {
      it(`the letters of ${tag} are rendered in a font of their script, not as boxes`, async () => {
        // Whole words, because letters in another order would show a dotted circle of another font.
        const words = Object.values(locales[tag] ?? {}).flatMap(
          (text) => text.match(new RegExp(`\\p{Script=${script}}+`, 'gu')) ?? [],
        );
        const step = new Step();
        step.element.lang = tag;
        await step.start(createView({ phase: 'authorized' }));
        const title = step.query('h2');
        title.replaceChildren(
          ...words.map((word) => Object.assign(document.createElement('div'), { textContent: word })),
        );
        const font = new RegExp(script === 'Arabic' ? '^(?:Noto|DejaVu) ' : `^Noto .*${script}`);
        let families: string[] = [];
        const isDrawn = (): boolean => families.length > 0 && families.every((family) => font.test(family));
        // A busy machine may render boxes before it has loaded the font, so other sizes are tried.
        for (let size = 20; size < 30 && !isDrawn(); size++) {
          title.style.fontSize = `${size}px`;
          await nextFrame();
          families = (await getRenderedFonts(title)).map(({ family }) => family);
        }
        expect(families).not.to.deep.equal([]);
        for (const family of families) expect(family).to.match(font);
        title.textContent = '\u{10FFFD}';
        await nextFrame();
        const [box] = await getRenderedFonts(title);
        expect(box?.family ?? 'none', 'a letter no font has').not.to.contain(script);
        step.element.remove();
      });
    }
  }
});
