import { expect } from '@open-wc/testing';
import { nextFrame, Step, waitUntil } from './support/harness.ts';
import { findStep, mountHtml, removeMounted, trackNode } from './support/mount-html.ts';
import { stub } from './support/stub.ts';

describe('a step that nobody can see asks for no code', () => {
  const restores: (() => void)[] = [];
  afterEach(() => {
    removeMounted();
    for (const restore of restores.splice(0)) restore();
  });

  const steps = '<plural-otp></plural-otp>';
  const hidden: [how: string, html: string, show: (place: HTMLElement) => void][] = [
    ['hidden', `<div hidden>${steps}</div>`, ({ firstElementChild }) => firstElementChild?.removeAttribute('hidden')],
    [
      'visibility: hidden',
      `<div style="visibility: hidden">${steps}</div>`,
      ({ firstElementChild }) => firstElementChild?.removeAttribute('style'),
    ],
    [
      'opacity: 0',
      `<div style="opacity: 0">${steps}</div>`,
      ({ firstElementChild }) => firstElementChild?.removeAttribute('style'),
    ],
    ...[
      ['opacity: 0.01', 'opacity: 0.01'],
      ['a filter', 'filter: opacity(0)'],
      ['a drawer parked to the right', 'position: fixed; inset: 0 0 0 auto; width: 320px; transform: translateX(100%)'],
      ['a drawer parked to the left', 'position: fixed; inset: 0 auto 0 0; width: 320px; transform: translateX(-100%)'],
      ['a sheet parked below', 'position: fixed; inset: auto 0 0; transform: translateY(100%)'],
      ['left: -9999px', 'position: absolute; left: -9999px'],
      ['top: -9999px', 'position: absolute; top: -9999px'],
    ].map(([how = '', style = '']): (typeof hidden)[number] => [
      how,
      `<div style="${style}">${steps}</div>`,
      ({ firstElementChild }) => firstElementChild?.removeAttribute('style'),
    ]),
    [
      'an open modal dialog over it',
      `<dialog>Terms</dialog>${steps}`,
      ({ firstElementChild }) => (firstElementChild as HTMLDialogElement).close(),
    ],
    [
      'a collapsed height',
      `<div style="height: 0; overflow: hidden">${steps}</div>`,
      ({ firstElementChild }) => firstElementChild?.removeAttribute('style'),
    ],
    [
      'a scale of zero',
      `<div style="transform: scale(0)">${steps}</div>`,
      ({ firstElementChild }) => firstElementChild?.removeAttribute('style'),
    ],
    ['inert', `<div inert>${steps}</div>`, ({ firstElementChild }) => firstElementChild?.removeAttribute('inert')],
    [
      'a closed details',
      `<details><summary>Pay</summary>${steps}</details>`,
      ({ firstElementChild }) => firstElementChild?.setAttribute('open', ''),
    ],
    [
      'a closed dialog',
      `<dialog>${steps}</dialog>`,
      ({ firstElementChild }) => (firstElementChild as HTMLDialogElement).show(),
    ],
    [
      'the next slide of a carousel',
      `<div style="overflow: hidden; inline-size: 300px; display: flex"><p style="flex: 0 0 100%">Card</p><div style="flex: 0 0 100%">${steps}</div></div>`,
      (place) => place.querySelector('p')?.remove(),
    ],
    [
      'an ancestor outside the shadow root that it is in',
      `<div style="opacity: 0"><span></span></div>`,
      ({ firstElementChild }) => firstElementChild?.removeAttribute('style'),
    ],
  ];

  for (const [how, html, show] of hidden) {
    it(`${how}: it starts when it is shown, and not because the customer looks into another app`, async () => {
      const place = mountHtml(html);
      const inner = place.querySelector('span');
      const step = inner ? new Step() : findStep(place);
      if (how.startsWith('an open modal')) place.querySelector('dialog')?.showModal();
      await step.mount(inner ? inner.attachShadow({ mode: 'open' }) : undefined);
      for (let frame = 0; frame < 3; frame++) await nextFrame();
      document.dispatchEvent(new Event('visibilitychange'));
      dispatchEvent(new PageTransitionEvent('pageshow'));
      await nextFrame();
      expect(step.backend.calls.map(({ name }) => name)).to.deep.equal([]);
      show(place);
      expect((await step.backend.call(0)).name).to.equal('payment');
    });
  }

  it('hidden=until-found: it starts when it is revealed', async () => {
    const place = mountHtml(`<div hidden="until-found">${steps}</div>`);
    const step = findStep(place);
    await step.mount();
    for (let frame = 0; frame < 3; frame++) await nextFrame();
    document.dispatchEvent(new Event('visibilitychange'));
    await nextFrame();
    expect(step.backend.calls).to.have.length(0);
    place.firstElementChild?.removeAttribute('hidden');
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('in an open modal dialog, it can be seen and starts', async () => {
    const place = mountHtml(`<dialog>${steps}</dialog>`);
    place.querySelector('dialog')?.showModal();
    const step = findStep(place);
    await step.mount();
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  for (const [how, html] of [
    ['in a fixed overlay', '<div style="position: fixed; inset: 0; overflow: auto"><plural-otp></plural-otp></div>'],
    ['on a host with display: contents', '<plural-otp style="display: contents"></plural-otp>'],
    ['below the fold', '<p style="block-size: 4000px"></p><plural-otp></plural-otp>'],
    ['half transparent', '<div style="opacity: 0.4"><plural-otp></plural-otp></div>'],
    ['slotted into a component', '<div id="shell"><plural-otp></plural-otp></div>'],
  ] as const) {
    it(`${how}, it can be seen and starts`, async () => {
      const place = mountHtml(html);
      const shell = place.querySelector('#shell')?.attachShadow({ mode: 'open' });
      if (shell) shell.append(document.createElement('slot'));
      const step = findStep(place);
      await step.mount();
      expect((await step.backend.call(0)).name).to.equal('payment');
    });
  }

  it('below the fold of a frame, it can be scrolled to and starts', async () => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'inline-size: 300px; block-size: 200px';
    frame.srcdoc = `<!doctype html><p style="block-size: 2000px"></p>${steps}
      <script type="module" src="${new URL('../src/index.ts', import.meta.url).href}"></script>`;
    document.body.append(frame);
    trackNode(frame);
    await waitUntil(() => frame.contentWindow?.customElements.get('plural-otp'), 'the script');
    const step = new Step(frame.contentDocument?.querySelector('plural-otp') as Step['element']);
    step.element.transport = step.backend;
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('in a background tab: it starts when the customer comes', async () => {
    restores.push(stub(document, 'hidden', true));
    const step = findStep(mountHtml(steps));
    await step.mount();
    for (let frame = 0; frame < 3; frame++) await nextFrame();
    expect(step.backend.calls).to.have.length(0);
    restores.splice(0).forEach((restore) => restore());
    document.dispatchEvent(new Event('visibilitychange'));
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('a source that comes after the first rendering starts', async () => {
    const step = findStep(mountHtml(steps));
    await step.element.updateComplete;
    for (let frame = 0; frame < 3; frame++) await nextFrame();
    step.element.transport = step.backend;
    expect((await step.backend.call(0)).name).to.equal('payment');
  });
});
