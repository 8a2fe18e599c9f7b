import { expect } from '@open-wc/testing';
import { awaitingOtp, rejectedOtp, Step, waitUntil } from './support/harness.ts';
import { findStep, mountHtml, removeMounted } from './support/mount-html.ts';

describe('a copy of a running step', () => {
  afterEach(removeMounted);

  for (const [how, copy] of [
    ['cloneNode', (element: Element) => element.cloneNode(true) as Element],
    ['importNode', (element: Element) => document.importNode(element, true)],
    [
      'innerHTML',
      (element: Element) => {
        const place = document.createElement('div');
        place.innerHTML = element.outerHTML;
        return place.firstElementChild as Element;
      },
    ],
  ] as const) {
    it(`by ${how} does not carry the code, and claims to ask nobody`, async () => {
      const place = mountHtml('<plural-otp></plural-otp>');
      const step = findStep(place);
      await step.start();
      await (await step.submit('482913')).respond(rejectedOtp(1));
      const node = copy(step.element) as Step['element'];
      place.append(node);
      const clone = new Step(node);
      await clone.element.updateComplete;
      expect(clone.input.value).to.equal('');
      expect(clone.visibleText).to.contain('Confirm your payment').and.not.to.contain('Asking your bank');
      expect(step.input.value, 'the step itself').to.equal('482913');
    });

    it(`by ${how} works as a new step, in another language too, when it gets a source`, async () => {
      const place = mountHtml('<plural-otp></plural-otp>');
      const step = findStep(place);
      await step.start();
      await (await step.submit('111111')).respond(rejectedOtp(1));
      const node = copy(step.element) as Step['element'];
      step.element.replaceWith(node);
      const clone = new Step(node);
      clone.element.messages = { title: 'Another label' };
      await clone.start();
      expect(clone.input.labels?.[0]?.textContent).to.equal('Another label');
      expect([clone.errorText, clone.input.hasAttribute('aria-invalid')]).to.deep.equal(['', false]);
      expect((await clone.submit('482913')).otp).to.equal('482913');
    });
  }

  it('with the page’s own field does not carry the code either, and keeps the page’s words', async () => {
    const place = mountHtml(
      '<plural-otp><label slot="label" for="own">OTP</label><input slot="input" id="own"></plural-otp>',
    );
    const step = findStep(place);
    await step.start();
    await step.type('482913');
    const clone = new Step(step.element.cloneNode(true) as Step['element']);
    step.element.replaceWith(clone.element);
    await clone.start();
    expect([clone.input.value, clone.input.labels?.[0]?.textContent]).to.deep.equal(['', 'OTP']);
  });

  it('a step that is moved or put back keeps its code', async () => {
    const place = mountHtml('<plural-otp></plural-otp><section></section>');
    const step = findStep(place);
    await step.start();
    await step.type('4829');
    place.querySelector('section')?.append(step.element);
    step.element.remove();
    place.append(step.element);
    expect(step.input.value).to.equal('4829');
  });
});

describe('the page’s nodes', () => {
  afterEach(removeMounted);

  for (const slot of ['', 'slot="input"']) {
    it(`a hidden input is no field, and keeps its value: <input type="hidden" ${slot}>`, async () => {
      const place = mountHtml(`<plural-otp><input type="hidden" ${slot} name="token" value="4321"></plural-otp>`);
      const step = findStep(place);
      await step.start();
      const shown = place.querySelector<HTMLInputElement>('input:not([type=hidden])');
      await waitUntil(() => shown?.checkVisibility(), 'the field');
      const token = place.querySelector<HTMLInputElement>('[name=token]');
      expect([token?.type, token?.value, shown?.value]).to.deep.equal(['hidden', '4321', '']);
    });
  }

  it('the page’s own field before anybody pressed Pay: nothing says that the bank is asked', async () => {
    const step = findStep(mountHtml('<plural-otp><label slot="label">OTP</label><input slot="input"></plural-otp>'));
    await step.element.updateComplete;
    await waitUntil(() => step.root.querySelector('.step'), 'the step');
    expect(step.visibleText).not.to.contain('Asking your bank');
    expect(step.query('[role=status]').textContent).not.to.contain('Asking your bank');
    await step.start(awaitingOtp());
    expect(step.query('[part~=submit]').hasAttribute('aria-disabled')).to.equal(false);
  });
});
