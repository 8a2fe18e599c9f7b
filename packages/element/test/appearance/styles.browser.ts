import { expect } from '@open-wc/testing';
import { rejectedOtp, type Step } from '../support/harness.ts';
import { findStep, mountHtml, removeMounted, trackNode } from '../support/mount-html.ts';

describe('styles', () => {
  afterEach(removeMounted);

  const sheets: [name: string, css: () => Promise<string>][] = [
    ['a reset', async () => '* { all: revert; margin: 0; padding: 0; font: inherit; color: inherit }'],
    [
      'a form framework',
      async () =>
        'input, .x input[type=text] { display: inline; width: 40px; height: 10px; font-size: 9px; opacity: .2 }',
    ],
    [
      'important ids',
      async () =>
        '#hostile input, #hostile label { all: unset !important; display: none !important; font-size: 1px !important; letter-spacing: -1em !important }',
    ],
    [
      'odd properties',
      async () =>
        'input { zoom: 3; -webkit-text-security: disc; user-select: none; transform: rotate(9deg); animation: spin 1s infinite; visibility: hidden !important; position: fixed !important } @keyframes spin { to { opacity: 0 } }',
    ],
    ['Bootstrap 5', () => sheet('../../node_modules/bootstrap/dist/css/bootstrap.min.css')],
    ['Tailwind’s preflight', () => sheet('/preflight.css')],
  ];
  const sheet = async (path: string): Promise<string> => {
    const response = await fetch(new URL(path, import.meta.url));
    expect(response.ok, path).to.equal(true);
    return response.text();
  };
  /** Captures every computed property and the box of each node, in the shadow root and in the light DOM. */
  const captureStyles = (step: Step): Record<string, string> => {
    const captured: Record<string, string> = {};
    const { left } = step.element.getBoundingClientRect();
    const nodes = [...step.root.querySelectorAll('.step, .step *'), ...step.element.querySelectorAll('*')];
    for (const [at, node] of nodes.entries()) {
      const style = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      const name = `${at} ${node.tagName}`;
      if (node.getClientRects().length)
        captured[name] = [box.left - left, box.width, box.height].map(Math.round).join(' ');
      for (const property of style) {
        // These are invisible: the width of a tab, the flash of a tap, how phones enlarge small text. The position of a
        // node is measured within the step; the position of the step belongs to the page.
        if (/tab-size|tap-highlight|text-size-adjust|^(inset|left|right|top|bottom)|^--/.test(property)) continue;
        captured[`${name} ${property}`] = style.getPropertyValue(property);
      }
    }
    return captured;
  };
  for (const [name, css] of sheets) {
    for (const length of [undefined, 6]) {
      it(`looks intact under ${name} (${length ? 'cells' : 'plain field'})`, async () => {
        const step = findStep(
          mountHtml(
            '<div id="hostile" class="x"><plural-otp><label>Code</label><input class="form-control is-invalid"></plural-otp></div>',
          ),
        );
        step.element.otpLength = length;
        await step.start();
        await (await step.submit('111111')).respond(rejectedOtp(1));
        await step.element.updateComplete;
        step.input.blur();
        step.finishAnimations();
        const before = captureStyles(step);
        const style = document.createElement('style');
        style.textContent = await css();
        document.head.append(style);
        trackNode(style);
        const after = captureStyles(step);
        const changed = Object.keys(before).filter((key) => before[key] !== after[key]);
        expect(changed.map((key) => `${key}: ${before[key]} -> ${after[key]}`).join('\n')).to.equal('');
        expect(Object.keys(before).length).to.be.above(1000);
      });
    }
  }

  it('the page’s own issuer, network and summary replace the default ones', async () => {
    const own = mountHtml('<plural-otp><img slot="issuer" alt="HDFC Bank" /><b slot="network">Visa</b></plural-otp>');
    const step = findStep(own);
    await step.start();
    for (const name of ['issuer', 'network']) {
      const slot = step.query(`slot[name=${name}]`) as HTMLSlotElement;
      expect(slot.assignedElements().map(({ slot: to }) => to)).to.deep.equal([name]);
    }
    expect(step.visibleText).to.contain('HDFC Bank •• 1112').and.not.to.contain('VISA');
    expect(step.query('.tile').getClientRects()).to.have.length(0);
    const whole = findStep(mountHtml('<plural-otp><p slot="summary">Tea for two</p></plural-otp>'));
    await whole.start();
    expect(whole.query('[part=summary]').getClientRects()).to.have.length(0);
    expect(whole.element.querySelector('p')?.getClientRects().length).to.equal(1);
  });

  it('colours, fonts and corners follow the custom properties, and parts follow the page’s rules', async () => {
    const step = findStep(mountHtml('<plural-otp></plural-otp>'));
    await step.start();
    for (const [name, value] of [
      ['accent', 'rgb(12, 34, 56)'],
      ['surface', 'rgb(250, 240, 230)'],
      ['text', 'rgb(1, 2, 3)'],
      ['font', 'serif'],
      ['radius', '3px'],
    ] as const) {
      step.element.style.setProperty(`--plural-otp-${name}`, value);
    }
    const sheet = document.createElement('style');
    sheet.textContent = 'plural-otp::part(submit) { text-transform: uppercase }';
    step.element.before(sheet);
    const [base, submit] = [
      getComputedStyle(step.query('[part=base]')),
      getComputedStyle(step.query('[part~=submit]')),
    ];
    expect([base.backgroundColor, base.color, base.fontFamily]).to.deep.equal([
      'rgb(250, 240, 230)',
      'rgb(1, 2, 3)',
      'serif',
    ]);
    expect([submit.backgroundColor, submit.borderTopLeftRadius, submit.textTransform]).to.deep.equal([
      'rgb(12, 34, 56)',
      '3px',
      'uppercase',
    ]);
    expect(getComputedStyle(step.input).fontFamily).to.contain('monospace');
  });
});
