import { expect } from '@open-wc/testing';
import { awaitingOtp, nextFrame, Step, waitUntil } from './support/harness.ts';
import '../src/marks.ts';

const viewOf = (network?: string): ReturnType<typeof awaitingOtp> => {
  const { display } = awaitingOtp();
  const { network: _, ...others } = display ?? {};
  return awaitingOtp({ display: { ...others, ...(network !== undefined && { network }) } });
};

describe('network marks', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());
  const findMark = (): SVGElement | null => step.element.querySelector('svg[slot=network]');
  const findDrawnMark = async (): Promise<SVGElement> => {
    await waitUntil(findMark, 'the mark');
    return findMark() as SVGElement;
  };

  for (const [network, name] of [
    ['VISA', 'Visa'],
    ['MASTERCARD', 'Mastercard'],
    ['RUPAY', 'RuPay'],
    ['AMEX', 'American Express'],
    ['DINERS', 'Diners Club'],
  ] as const) {
    it(`${network} is drawn as one stroke in the colour of the text, in the place of the lettering, and named ${name}`, async () => {
      await step.start(viewOf(network));
      const mark = await findDrawnMark();
      expect([mark.getAttribute('role'), mark.getAttribute('aria-label')]).to.deep.equal(['img', name]);
      expect(mark.querySelectorAll('path')).to.have.length(1);
      // Every letter lies within the box, so that none is cut.
      const { x, y, width, height } = mark.querySelector('path')?.getBBox() ?? new DOMRect();
      const [left = 0, top = 0, boxWidth = 0, boxHeight = 0] = (mark.getAttribute('viewBox') ?? '')
        .split(' ')
        .map(Number);
      const half = parseFloat(getComputedStyle(mark).strokeWidth) / 2;
      expect([x - half >= left, y - half >= top]).not.to.include(false);
      expect([x + width + half <= left + boxWidth, y + height + half <= top + boxHeight]).not.to.include(false);
      expect(getComputedStyle(mark).stroke).to.equal(getComputedStyle(step.query('[part=card]')).color);
      const { height: drawn, width: wide } = mark.getBoundingClientRect();
      expect([drawn > 12, drawn < 24, wide > drawn]).not.to.include(false);
      expect(step.query('[part=network]').getClientRects()).to.have.length(0);
    });
  }

  it('has the size of its letters on a page that resets the boxes of everything', async () => {
    const reset = document.createElement('style');
    await step.start(viewOf('VISA'));
    const { height, width } = (await findDrawnMark()).getBoundingClientRect();
    reset.textContent = '* { box-sizing: border-box }';
    document.head.append(reset);
    const { height: reached, width: wide } = (await findDrawnMark()).getBoundingClientRect();
    reset.remove();
    expect([reached, wide]).to.deep.equal([height, width]);
  });

  it('a network without a mark keeps its name, and a payment without a network shows none', async () => {
    await step.start(viewOf('JCB'));
    await nextFrame();
    await nextFrame();
    expect(findMark()).to.equal(null);
    expect(step.query('[part=network]').textContent).to.equal('JCB');
    step.element.check();
    await (await step.backend.call(1)).respond(viewOf());
    await nextFrame();
    expect([findMark(), step.root.querySelector('[part=network]')]).to.deep.equal([null, null]);
  });

  it('another payment with another network gets the other mark, and one alone', async () => {
    await step.start(viewOf('VISA'));
    await findDrawnMark();
    step.element.check();
    await (await step.backend.call(1)).respond({ ...viewOf('RUPAY'), phase: 'unresolved' });
    await waitUntil(() => findMark()?.getAttribute('aria-label') === 'RuPay', 'the other mark');
    expect(step.element.querySelectorAll('[slot=network]')).to.have.length(1);
  });

  it('the merchant’s own mark stays, and no second one joins it', async () => {
    step.element.innerHTML = '<img slot="network" alt="Visa" />';
    await step.start(viewOf('VISA'));
    await nextFrame();
    await nextFrame();
    expect([...step.element.querySelectorAll('[slot=network]')].map(({ tagName }) => tagName)).to.deep.equal(['IMG']);
  });

  it('rules of the page for every drawing change nothing', async () => {
    const sheet = document.createElement('style');
    sheet.textContent = 'svg { fill: red; stroke: none; block-size: 99px; inline-size: 9px; padding: 0; border: 0 }';
    document.head.append(sheet);
    await step.start(viewOf('VISA'));
    const mark = await findDrawnMark();
    const { fill, borderTopStyle } = getComputedStyle(mark);
    expect([fill, borderTopStyle, mark.getBoundingClientRect().height < 24]).to.deep.equal(['none', 'solid', true]);
    sheet.remove();
  });
});
