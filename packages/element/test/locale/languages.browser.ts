import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { registerLocale } from '../../src/locale/registry.ts';
import { english, fill, type Messages } from '@plural-otp/flow/presentation';
import {
  awaitingOtp,
  nextFrame,
  rejectedOtp,
  Step,
  waitUntil,
  createView,
  withoutIsolates,
} from '../support/harness.ts';
import { locales } from '../support/locales.ts';

const { hi, ta, ur } = locales as Record<string, Messages> & { hi: Messages; ta: Messages; ur: Messages };
const titleOf = ({ root }: Step): string | undefined => root.querySelector('h2')?.textContent ?? undefined;

describe('language', () => {
  const pageLang = document.documentElement.lang;
  let places: Element[] = [];
  afterEach(() => {
    for (const place of places.splice(0)) place.remove();
    document.documentElement.lang = pageLang;
  });

  /** Puts `html` on the page and gives the step in it, told `first` by its backend. */
  async function stepIn(html: string, first = createView({ phase: 'authorized' })): Promise<Step> {
    const place = document.createElement('div');
    place.innerHTML = html;
    places.push(place);
    document.body.append(place);
    const step = new Step(place.querySelector('plural-otp') ?? undefined);
    await step.start(first, place);
    return step;
  }

  const cases: [what: string, html: string, page: string, words: Messages][] = [
    ['its own lang', '<plural-otp lang="hi"></plural-otp>', '', hi],
    ['its own lang over the page’s', '<plural-otp lang="hi"></plural-otp>', 'ta', hi],
    ['a region of a registered language', '<plural-otp lang="hi-IN"></plural-otp>', '', hi],
    ['script and region, in any case', '<plural-otp lang="HI-deva-in"></plural-otp>', '', hi],
    ['a tag as servers write it', '<plural-otp lang="hi_IN"></plural-otp>', '', hi],
    ['the nearest ancestor', '<p lang="hi"><b lang="ta"><plural-otp></plural-otp></b></p>', 'ur', ta],
    ['the page', '<plural-otp></plural-otp>', 'ta-IN', ta],
    ['English within another language', '<plural-otp lang="en-GB"></plural-otp>', 'ta', english],
    ['a language that is said to be unknown', '<plural-otp lang=""></plural-otp>', 'ta', english],
    ['a language that only begins alike', '<div lang="hit"><plural-otp></plural-otp></div>', '', english],
    ['a language nobody registered', '<div lang="fr"><plural-otp></plural-otp></div>', 'ta', english],
    ['no language at all', '<plural-otp></plural-otp>', '', english],
  ];
  for (const [what, html, page, words] of cases) {
    it(`words come from ${what}`, async () => {
      document.documentElement.lang = page;
      const step = await stepIn(html);
      expect(titleOf(step)).to.equal(words.authorized);
      expect(step.query('.step').lang).to.equal(words.language);
    });
  }

  it('words come from beyond the shadow roots around the step', async () => {
    const place = document.createElement('div');
    place.lang = 'hi';
    places.push(place);
    document.body.append(place);
    const inner = document.createElement('section');
    place.attachShadow({ mode: 'open' }).append(inner);
    const step = new Step();
    await step.start(createView({ phase: 'authorized' }), inner.attachShadow({ mode: 'open' }));
    expect(titleOf(step)).to.equal(hi.authorized);
  });

  it('a lang set later is followed: on the step at once, around it as soon as the page has changed it', async () => {
    const step = await stepIn('<plural-otp></plural-otp>');
    step.element.lang = 'hi';
    await step.element.updateComplete;
    expect(titleOf(step)).to.equal(hi.authorized);
    expect(step.element.getAttribute('lang')).to.equal('hi');
    step.element.removeAttribute('lang');
    await step.element.updateComplete;
    expect(titleOf(step)).to.equal(english.authorized);
    document.documentElement.lang = 'ta';
    await waitUntil(() => titleOf(step) === ta.authorized, 'Tamil');
    (step.element.parentElement as Element).setAttribute('lang', 'ur');
    await waitUntil(() => titleOf(step) === ur.authorized, 'Urdu');
    step.element.remove();
    document.documentElement.lang = 'hi';
    await nextFrame();
    expect(titleOf(step), 'away from the page').to.equal(ur.authorized);
  });

  it('letters at the field come from the fonts of its language, as all others do', async () => {
    const step = await stepIn('<plural-otp lang="ta"></plural-otp>', rejectedOtp(1));
    for (const node of step.element.children) {
      const { webkitLocale } = getComputedStyle(node) as CSSStyleDeclaration & { webkitLocale?: string };
      expect(webkitLocale?.replaceAll('"', '') ?? ta.language, node.slot).to.equal(ta.language);
    }
    expect(step.element.children).to.have.length(4);
  });

  it('lines of Urdu stand far enough apart for Nastaliq letters', async () => {
    const fee = { value: 2500, currency: 'INR' };
    const { display } = createView({ phase: 'ready' });
    const apart = (node: Element): number => {
      const { fontSize, lineHeight } = getComputedStyle(node);
      return Math.round((100 * parseFloat(lineHeight)) / parseFloat(fontSize)) / 100;
    };
    for (const [lang, wanted] of [
      ['ur', 2],
      ['hi', 1.4],
    ] as const) {
      const first = rejectedOtp(1, { display: { ...display, fee }, next: ['submit', 'resend', 'redirect'] });
      const step = await stepIn(`<plural-otp lang="${lang}"></plural-otp>`, first);
      const lines = [...step.root.querySelectorAll('.fee, button, a, [part=reference]')];
      const ended = await stepIn(`<plural-otp lang="${lang}"></plural-otp>`);
      const all = [
        ...lines,
        ...step.element.querySelectorAll(':not(input)'),
        ...ended.root.querySelectorAll('.panel *'),
      ];
      expect(all.length).to.be.greaterThan(10);
      for (const node of all.filter(({ localName }) => localName !== 'svg' && localName !== 'path')) {
        expect(apart(node), `${lang}: ${node.outerHTML}`).to.equal(wanted);
      }
    }
  });

  it('messages of the page go over the words of its language', async () => {
    const step = await stepIn('<plural-otp lang="hi"></plural-otp>');
    step.element.messages = { authorized: 'धन्यवाद' };
    await step.element.updateComplete;
    expect(titleOf(step)).to.equal('धन्यवाद');
    expect(step.visibleText).to.contain('Nilgiri Leaf');
    expect(step.visibleText).not.to.contain('Your bank');
  });

  it('a named language without words: English, and one warning per tag that says which file to load', async () => {
    const warnings: string[] = [];
    const { warn } = console;
    console.warn = (...said: unknown[]) => warnings.push(said.join(' '));
    try {
      const first = await stepIn('<plural-otp lang="fr-CA"></plural-otp>');
      await stepIn('<plural-otp lang="fr-CA"></plural-otp>');
      await stepIn('<div lang="de"><plural-otp></plural-otp></div>');
      await stepIn('<plural-otp lang="en-US"></plural-otp>');
      await stepIn('<plural-otp lang="es"></plural-otp>');
      registerLocale('es', { authorized: 'Pago confirmado' });
      await stepIn('<plural-otp lang="it"></plural-otp>');
      expect(titleOf(first)).to.equal(english.authorized);
      await waitUntil(() => warnings.some((text) => text.includes('"it"')), 'the last warning');
      expect(warnings).to.deep.equal([
        'plural-otp: load locales/fr.js for lang="fr-CA"',
        'plural-otp: load locales/it.js for lang="it"',
      ]);
    } finally {
      console.warn = warn;
    }
  });

  it('words that come late are put in place: what was typed, caret, focus and wait stay, and nothing is said or asked', async () => {
    const waiting = awaitingOtp({ resendInSeconds: 29 });
    const step = await stepIn('<plural-otp lang="nl" otp-length="6"></plural-otp>', waiting);
    await step.type('4829');
    step.input.setSelectionRange(2, 2);
    await step.press('Enter');
    expect(step.errorText).to.equal('The OTP has 6 digits. Check that it is complete.');
    const { input } = step;
    const [calls, spoken] = [step.backend.calls.length, step.announcements.length];
    registerLocale('nl', {
      title: 'Code van {bank}',
      hint: 'Per SMS van {merchant}.',
      hintAmount: 'Let op {amount}.',
      wrongLength: 'De code heeft {digits} cijfers.',
      resendWait: 'Nieuwe code over {time}.',
      pay: 'Betaal {amount}',
    });
    await waitUntil(() => step.findButton('submit')?.textContent?.includes('Betaal'), 'the words');
    await nextFrame();
    expect(step.input === input, 'the same field').to.equal(true);
    expect([input.value, input.selectionStart, document.activeElement === input]).to.deep.equal(['4829', 2, true]);
    expect(withoutIsolates(input.labels?.[0]?.textContent)).to.equal('Code van HDFC Bank');
    expect(step.element.querySelector('[slot=hint]')?.textContent).to.equal(
      'Per SMS van \u2068Nilgiri Leaf\u2069. Let op \u2068₹1,250.00\u2069.',
    );
    expect(step.errorText).to.equal('De code heeft 6 cijfers.');
    expect(withoutIsolates(step.query('#wait').textContent)).to.match(/^Nieuwe code over 2\d seconds\.$/);
    expect([step.backend.calls.length, step.announcements.length]).to.deep.equal([calls, spoken]);
    await sendKeys({ press: '7' });
    expect(input.value).to.equal('48729');
  });

  it('the focus stays on the button it is on when a panel changes its words', async () => {
    const step = await stepIn(
      '<plural-otp lang="hi"></plural-otp>',
      createView({ phase: 'unresolved', next: ['check'] }),
    );
    step.findButton('check')?.focus();
    step.element.lang = 'ta';
    await step.element.updateComplete;
    expect(titleOf(step)).to.equal(ta.unresolved);
    expect(step.root.activeElement === step.findButton('check'), 'focus').to.equal(true);
  });

  it('a field the page sent keeps the page’s own label; a label and an error of ours change their words', async () => {
    const own = await stepIn(
      '<plural-otp lang="hi"><label for="own">Code</label><input id="own"></plural-otp>',
      rejectedOtp(1),
    );
    expect(own.input.labels?.[0]?.textContent).to.equal('Code');
    const bare = await stepIn('<plural-otp lang="hi"><input id="bare"></plural-otp>');
    await bare.backend.calls.at(-1)?.respond(createView({ phase: 'authorized' }));
    const made = await stepIn('<plural-otp lang="hi"><input id="made"></plural-otp>', awaitingOtp());
    const labelIn = ({ title }: Messages): string => fill(title, { bank: 'HDFC Bank' });
    expect(made.input.labels?.[0]?.textContent).to.equal(labelIn(hi));
    await made.press('Tab');
    made.element.submit();
    await made.element.updateComplete;
    expect(made.errorText).to.equal(hi.empty);
    made.element.lang = 'ta';
    await made.element.updateComplete;
    expect([made.input.labels?.[0]?.textContent, made.errorText]).to.deep.equal([labelIn(ta), ta.empty]);
  });

  it('a screen reader gets the language of every text, whatever the language of the page', async () => {
    document.documentElement.lang = 'fr';
    const step = await stepIn('<plural-otp></plural-otp>', awaitingOtp());
    step.element.submit();
    await step.element.updateComplete;
    const languages = [...step.element.querySelectorAll<HTMLElement>('label, p')].map(({ lang }) => lang);
    expect([step.query('.step').lang, ...languages]).to.deep.equal(['en-IN', 'en-IN', 'en-IN', 'en-IN']);
    step.element.lang = 'hi';
    await step.element.updateComplete;
    expect(step.element.querySelector('label')?.lang).to.equal('hi-IN');
  });

  it('Urdu runs from the right; code, reference and amounts run from the left', async () => {
    const step = await stepIn('<plural-otp lang="ur"></plural-otp>', rejectedOtp(1, { phase: 'unresolved' }));
    expect(getComputedStyle(step.query('.step')).direction).to.equal('rtl');
    step.findButton('newer')?.click();
    await step.element.updateComplete;
    expect(getComputedStyle(step.input).direction).to.equal('ltr');
    expect(getComputedStyle(step.query('code')).direction).to.equal('ltr');
    expect(step.element.querySelector('[slot=hint]')?.textContent).to.contain('\u2068₹1,250.00\u2069');
  });

  it('tries left are told in the plural of the language, or its nearest', async () => {
    const left = (leftAtBank: number, language: string): Promise<Step> =>
      stepIn(`<plural-otp lang="${language}"></plural-otp>`, rejectedOtp(1, { attempts: { misses: 1, leftAtBank } }));
    expect((await left(1, 'en')).errorText).to.contain('1 attempt left.');
    expect((await left(2, 'en')).errorText).to.contain('2 attempts left.');
    expect((await left(2, 'hi')).errorText).to.contain('2 बार और कोशिश');
    registerLocale('ar', { triesLeft_two: 'محاولتان', triesLeft_other: '{count} محاولة' });
    expect((await left(2, 'ar')).errorText).to.contain('محاولتان');
    expect((await left(3, 'ar')).errorText, 'no text for "few"').to.contain('3 محاولة');
  });

  for (const [tag, { money, language, seconds_other: seconds }] of Object.entries(locales)) {
    it(`numbers are in ASCII digits, amounts grouped as in the bank’s message: ${tag}`, async () => {
      const amount = { value: 12_500_000, currency: 'INR' };
      const step = await stepIn(
        `<plural-otp lang="${tag}"></plural-otp>`,
        awaitingOtp({ display: { amount }, resendInSeconds: 30 }),
      );
      expect(step.query('[part=amount]').textContent?.trim()).to.equal('₹1,25,000.00');
      // Worded by the messages: Chromium has no names of units for Odia and Punjabi.
      const wait = [29, 30].map((count) => seconds.replace('{count}', `${count}`)).join('|');
      expect(step.announcements.join(' ')).to.match(new RegExp(wait));
      expect(`${step.visibleText} ${step.announcements.join(' ')}`, language + money).not.to.match(/(?![0-9])\p{Nd}/u);
    });
  }

  it('registerLocale: what is no language tag is refused, and what is left out stays English', async () => {
    expect(() => registerLocale('not a tag', {})).to.throw(RangeError);
    expect(() => registerLocale('pt', { language: '??' })).to.throw(RangeError);
    registerLocale('pt-BR', { authorized: 'Pagamento confirmado' });
    const step = await stepIn('<plural-otp lang="pt-BR"></plural-otp>');
    expect(step.visibleText).to.contain('Pagamento confirmado').and.to.contain('Your bank approved');
    expect(step.query('.step').lang).to.equal('pt-BR');
    const general = await stepIn('<div lang="pt"><plural-otp></plural-otp></div>');
    expect(titleOf(general), 'a region does not stand for its language').to.equal(english.authorized);
  });
});
