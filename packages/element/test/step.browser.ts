import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { awaitingOtp, nextFrame, rejectedOtp, Step, waitUntil, createView } from './support/harness.ts';

const names = (step: Step): string[] => step.events.map(({ type }) => type.replace('plural-otp-', ''));

describe('the step', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('starts by itself when it is on the page: asks where the payment stands, then for a code', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    expect(step.backend.calls.map(({ name }) => name)).to.deep.equal(['payment', 'generate']);
    expect(step.visibleText).to.contain('Asking your bank for a code');
  });

  it('manual, with a code asked for already: the wait for another one passes all the same, and nothing is sent', async () => {
    step.element.manual = true;
    step.element.view = awaitingOtp({ resendInSeconds: 1 });
    await step.mount();
    expect(step.findButton('resend')?.getAttribute('aria-disabled')).to.equal('true');
    await waitUntil(() => !step.findButton('resend')?.hasAttribute('aria-disabled'), 'the end of the wait');
    expect(step.backend.calls).to.deep.equal([]);
  });

  it('manual: sends nothing before its button is pressed, and keeps the focus on the way to the field', async () => {
    step.element.manual = true;
    await step.mount();
    await nextFrame();
    expect(step.backend.calls).to.have.length(0);
    step.findButton('start')?.focus();
    await step.press('Enter');
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    expect(step.root.activeElement?.textContent).to.equal('Asking your bank for a code');
    await (await step.backend.call(1)).respond(awaitingOtp());
    expect(document.activeElement === step.input, 'focus').to.equal(true);
  });

  it('no code could be asked for, by trouble that passes: trying again stands out, beside the bank’s page', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready', next: ['redirect', 'check'] }));
    const generate = await step.backend.call(1);
    await generate.respond({ kind: 'rejected', status: 503, problem: { code: 'BUSY' }, retryAfterSeconds: 60 });
    expect(step.visibleText).to.contain('try again in a moment');
    expect(step.findButton('bank')?.classList.contains('primary'), 'the bank’s page stands out').to.equal(false);
    step.query('[part~=start]').click();
    await (await step.backend.call(2)).respond(createView({ phase: 'ready', next: ['redirect', 'check'] }));
    expect((await step.backend.call(3)).name).to.equal('generate');
  });

  it('the bank may not have sent a code, and the backend knows of none: it can be asked for again', async () => {
    step.element.view = createView({ phase: 'ready', next: ['redirect'], problem: { code: 'OTP_MAYBE_NOT_SENT' } });
    step.element.manual = true;
    await step.mount();
    expect(step.visibleText).to.contain('may not have sent a code');
    step.query('[part~=start]').click();
    expect((await step.backend.call(0)).name).to.equal('generate');
  });

  it('state: has one from the beginning', async () => {
    expect(step.element.matches(':state(idle)')).to.equal(true);
    await step.start();
    expect(step.element.matches(':state(idle)'), 'later').to.equal(false);
  });

  it('hidden: sends nothing before it is shown', async () => {
    step.element.hidden = true;
    await step.mount();
    await nextFrame();
    expect(step.backend.calls).to.have.length(0);
    step.element.hidden = false;
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('shows merchant, amount in rupees, and the card by its last digits', async () => {
    await step.start();
    for (const part of ['Nilgiri Leaf', '₹1,250.00', 'HDFC', 'VISA', '•••• 1112'])
      expect(step.visibleText).to.contain(part);
  });

  it('right code: checking, confirming, and authorized only when the backend says so', async () => {
    await step.start();
    const submit = await step.submit('482913');
    expect(step.visibleText).to.contain('Checking the code');
    await submit.respond(createView({ phase: 'confirming' }));
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('Confirming with your bank');
    expect(Boolean(step.findEvent('authorized'))).to.equal(false);
    step.element.check();
    const asked = await step.backend.call(step.backend.calls.length - 1);
    expect(asked.name).to.equal('payment');
    await asked.respond(createView({ phase: 'authorized' }));
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('Payment confirmed');
    expect(step.findEvent('authorized')?.detail).to.deep.equal({ reference: 'NL7K-42QX' });
  });

  it('first miss: says to check the code; second: warns of the block and makes the bank page the main button', async () => {
    await step.start();
    await (await step.submit('111111')).respond(rejectedOtp(1));
    await step.element.updateComplete;
    expect(step.errorText).to.contain('was not accepted. Check it');
    expect(step.findButton('submit')?.className).to.contain('primary');
    await (await step.submit('222222')).respond(rejectedOtp(2));
    await step.element.updateComplete;
    expect(step.errorText).to.contain('Another wrong code may block your card');
    expect(step.findButton('submit')?.className).not.to.contain('primary');
    expect(step.findButton('bank')?.className).to.contain('primary');
    expect(step.errorText).not.to.match(/\d/);
  });

  it('tries left are told only when the bank said so', async () => {
    await step.start();
    await (await step.submit('111111')).respond(rejectedOtp(1, { attempts: { misses: 1, leftAtBank: 2 } }));
    await step.element.updateComplete;
    expect(step.errorText).to.contain('2');
  });

  it('the bank page is a real link to the top, offered only when it is safe', async () => {
    await step.start();
    const link = step.findButton('bank') as HTMLAnchorElement;
    expect([link.href, link.target, link.rel]).to.deep.equal(['https://acs.example/challenge', '_top', 'noreferrer']);
    for (const challengeUrl of [
      'http://acs.example/',
      'https://user@acs.example/',
      'javascript:alert(1)',
      'nonsense',
    ]) {
      step.element.check();
      await (await step.backend.call(step.backend.calls.length - 1)).respond(awaitingOtp({ challengeUrl }));
      await step.element.updateComplete;
      expect(Boolean(step.findButton('bank')), challengeUrl).to.equal(false);
    }
  });

  it('leaving for the bank: one cancelable event; uncancelled, the backend is told; cancelled, nothing happens', async () => {
    await step.start();
    const stay = (event: Event): void => event.preventDefault();
    step.element.addEventListener('plural-otp-redirect', stay);
    step.findButton('bank')?.click();
    expect(step.backend.count('leave')).to.equal(0);
    step.element.removeEventListener('plural-otp-redirect', stay);
    // The page under test must not go away: the link's own default is prevented outside the element.
    addEventListener('click', stay, { once: true });
    step.element.redirect();
    expect(step.backend.calls.at(-1)).to.include({ name: 'leave', to: 'bank' });
    expect(names(step).filter((name) => name === 'redirect')).to.have.length(2);
    expect(step.findEvent('redirect')?.detail.challengeUrl).to.equal('https://acs.example/challenge');
  });

  for (const [phase, words, reason] of [
    ['failed', 'Payment not completed', 'declined'],
    ['exhausted', 'This payment has ended', 'exhausted'],
    ['superseded', 'This order is already paid', 'superseded'],
  ] as const) {
    it(`${phase}: says so, gives the reference, and tells the page`, async () => {
      step.element.innerHTML = '<a slot="pay-again" href="#">Another card</a>';
      await step.start(createView({ phase, next: ['payAgain'] }));
      expect(step.visibleText).to.contain(words).and.to.contain('NL7K-42QX');
      expect(Boolean(step.root.querySelector('slot[name=pay-again]'))).to.equal(true);
      expect(step.findEvent('failed')?.detail).to.deep.equal({ reference: 'NL7K-42QX', reason, payAgain: true });
      expect(Boolean(step.findButton('submit'))).to.equal(false);
    });
  }

  it('exhausted, where the payment is still open at the bank: its page is the way on', async () => {
    await step.start(
      createView({ phase: 'exhausted', next: ['redirect', 'check'], problem: { code: 'ATTEMPTS_USED' } }),
    );
    expect(step.visibleText).to.contain('Continue at your bank Too many wrong codes.');
    expect(step.findButton('bank')?.getAttribute('href')).to.equal('https://acs.example/challenge');
    expect(step.findButton('bank')?.classList.contains('primary')).to.equal(true);
    expect(step.findEvent('failed')?.detail).to.include({ reason: 'exhausted', payAgain: false });
  });

  it('failed, the order called off: nobody is said to have declined, and the page is told', async () => {
    const problem = { code: 'PAYMENT_FAILED', advice: 'orderCancelled' } as const;
    await step.start(createView({ phase: 'failed', problem, display: { merchantName: 'Nilgiri Leaf' } }));
    expect(step.visibleText).to.contain(
      'This order was cancelled. If a charge still appears, tell Nilgiri Leaf the reference below.',
    );
    expect(step.visibleText).to.contain('NL7K-42QX').and.not.to.contain('Your bank did not approve it.');
    expect(step.findEvent('failed')?.detail).to.include({ reason: 'cancelled', payAgain: false });
  });

  it('failed: advice follows the decline', async () => {
    await step.start(createView({ phase: 'failed', problem: { code: 'PAYMENT_FAILED', advice: 'checkFunds' } }));
    expect(step.visibleText).to.contain('Check your balance');
  });

  for (const [advice, words] of [
    ['checkDetails', 'then pay again'],
    ['payAgain', 'You can pay again'],
    ['tryLater', 'Try again later'],
  ] as const) {
    it(`failed, ${advice}: said where the order takes another payment, and not where it is closed`, async () => {
      const problem = { code: 'PAYMENT_FAILED', advice } as const;
      await step.start(createView({ phase: 'failed', next: ['payAgain'], problem }));
      expect(step.visibleText).to.contain(words);
      const closed = new Step();
      await closed.start(createView({ phase: 'failed', problem }));
      expect(closed.visibleText).to.contain('Your bank did not approve it.').and.not.to.match(/again/i);
      expect(closed.announcements.join(' ')).to.contain('Your bank did not approve it.').and.not.to.match(/again/i);
      closed.element.remove();
    });
  }

  for (const [advice, words] of [
    ['useAnotherCard', 'Pay with another card.'],
    ['contactIssuer', 'Call your bank'],
    ['checkFunds', 'Check your balance'],
  ] as const) {
    it(`failed, ${advice}: true of a closed order too, since another one can be placed`, async () => {
      await step.start(createView({ phase: 'failed', problem: { code: 'PAYMENT_FAILED', advice } }));
      expect(step.visibleText).to.contain(words);
    });
  }

  it('resending: the button is seen to take no code, keeps the focus, sends nothing and says why', async () => {
    await step.start();
    await step.type('4829');
    step.findButton('resend')?.click();
    const resend = await step.backend.call(1);
    await step.element.updateComplete;
    const submit = step.query('[part~=submit]') as HTMLButtonElement;
    expect([submit.getAttribute('aria-disabled'), submit.disabled]).to.deep.equal(['true', false]);
    expect(submit.part.contains('primary'), 'stands out').to.equal(false);
    submit.focus();
    await step.press('Enter');
    expect(step.root.activeElement === submit, 'focus').to.equal(true);
    await waitUntil(() => step.announcements.at(-1) === 'Asking for a new code', 'why nothing is sent');
    step.input.focus();
    await step.press('Enter');
    await waitUntil(
      () => step.announcements.filter((text) => text === 'Asking for a new code').length > 1,
      'why, at the field',
    );
    expect([step.input.value, step.errorText]).to.deep.equal(['4829', '']);
    await resend.respond(awaitingOtp({ next: ['submit', 'redirect'], problem: { code: 'RESEND_LIMIT' } }));
    await step.element.updateComplete;
    expect(step.input.value).to.equal('4829');
    expect(submit.isConnected && !submit.hasAttribute('aria-disabled'), 'on again').to.equal(true);
    expect(submit.part.contains('primary'), 'stands out again').to.equal(true);
    expect(step.backend.count('submit')).to.equal(0);
    await step.submit('13');
    expect(step.backend.calls.at(-1)).to.include({ name: 'submit', otp: '482913' });
  });

  it('submitting: the button is off and spins, and another Enter sends nothing', async () => {
    await step.start();
    await step.submit('482913');
    const submit = step.query('[part~=submit]');
    expect([submit.getAttribute('aria-disabled'), submit.part.contains('spin')]).to.deep.equal(['true', true]);
    const heard = step.announcements.length;
    await step.press('Enter');
    await nextFrame();
    expect(step.announcements.length).to.equal(heard);
    expect(step.backend.count('submit')).to.equal(1);
    expect(step.input.value).to.equal('482913');
  });

  it('a field of the page’s own, before a code was asked for: its button is off until the bank was asked', async () => {
    step.element.innerHTML = '<label slot="label">Code</label><input slot="input">';
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    const generate = await step.backend.call(1);
    await step.element.updateComplete;
    const submit = step.query('[part~=submit]');
    expect([submit.getAttribute('aria-disabled'), submit.part.contains('primary')]).to.deep.equal(['true', false]);
    await step.type('48');
    await step.press('Enter');
    expect(step.errorText).to.equal('');
    await generate.respond(awaitingOtp());
    await step.element.updateComplete;
    expect([submit.hasAttribute('aria-disabled'), submit.part.contains('primary')]).to.deep.equal([false, true]);
    expect(step.input.value).to.equal('48');
  });

  it('cancelled: by its button, told to the backend and to the page', async () => {
    await step.start();
    step.findButton('cancel')?.click();
    const leave = await step.backend.call(step.backend.calls.length - 1);
    expect(leave).to.include({ name: 'leave', to: 'cancel' });
    await leave.respond(createView({ phase: 'cancelled' }));
    expect(Boolean(step.findEvent('cancelled'))).to.equal(true);
  });

  it('unresolved: not an end; check again, the code again, or the bank page', async () => {
    await step.start(createView({ phase: 'unresolved', next: ['check', 'submit', 'redirect'] }));
    expect(step.visibleText).to.contain('cannot charge you twice');
    expect(Boolean(step.findEvent('unresolved'))).to.equal(true);
    for (const part of ['check', 'submit', 'bank']) expect(Boolean(step.findButton(part)), part).to.equal(true);
    step.findButton('check')?.click();
    expect(step.backend.calls.at(-1)?.name).to.equal('payment');
  });

  it('expired: no field, says to reload, tells the page', async () => {
    await step.start(awaitingOtp({ next: ['check'], problem: { code: 'SESSION_EXPIRED' } }));
    expect(step.visibleText).to.contain('Reload the page');
    expect(Boolean(step.findButton('submit'))).to.equal(false);
    expect(Boolean(step.findEvent('expired'))).to.equal(true);
  });

  it('a server that does not answer: says what to do, and its button asks again', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond({ kind: 'unreachable' });
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('does not answer');
    step.findButton('start')?.click();
    expect((await step.backend.call(1)).name).to.equal('payment');
  });

  it('no native OTP: the bank page is the main button, and no field is shown', async () => {
    await step.start(awaitingOtp({ next: ['redirect'], problem: { code: 'NATIVE_OTP_UNAVAILABLE' } }));
    expect(step.findButton('bank')?.className).to.contain('primary');
    expect(Boolean(step.findButton('submit'))).to.equal(false);
  });

  it('offline: says so and sends nothing; back online: says so', async () => {
    await step.start();
    await step.type('482913');
    dispatchEvent(new Event('offline'));
    await nextFrame();
    await step.element.updateComplete;
    expect(step.visibleText).to.contain('You are offline');
    const off = (): boolean[] =>
      ['submit', 'resend', 'cancel'].map((part) => step.findButton(part)?.getAttribute('aria-disabled') === 'true');
    expect(off()).to.deep.equal([true, true, true]);
    await step.press('Enter');
    for (const part of ['submit', 'resend', 'cancel']) step.findButton(part)?.click();
    expect(step.backend.calls).to.have.length(1);
    expect([step.input.value, step.errorText]).to.deep.equal(['482913', '']);
    dispatchEvent(new Event('online'));
    await nextFrame();
    await step.element.updateComplete;
    expect(off()).to.deep.equal([false, false, false]);
    expect(step.visibleText).not.to.contain('You are offline');
    expect(step.announcements.join('|')).to.contain('You are offline').and.to.contain('online again');
  });

  it('no event carries the code', async () => {
    await step.start();
    await (await step.submit('482913')).respond(rejectedOtp(1));
    await (await step.submit('731946')).respond(createView({ phase: 'failed' }));
    expect(names(step)).to.include('failed');
    expect(JSON.stringify(step.events.map(({ detail }) => detail as unknown))).not.to.match(/482913|731946/);
  });

  it('every event bubbles and crosses shadow roots', async () => {
    await step.start();
    for (const { bubbles, composed } of step.events) expect([bubbles, composed]).to.deep.equal([true, true]);
    expect(step.events).not.to.have.length(0);
  });

  it('another payment begins anew; the same payment with a renewed session loses nothing typed', async () => {
    await step.start();
    await step.type('4829');
    const renewed = new Step();
    step.element.transport = renewed.backend;
    await (await renewed.backend.call(0)).respond(awaitingOtp());
    await step.element.updateComplete;
    expect(step.input.value).to.equal('4829');
    const other = new Step();
    step.element.transport = other.backend;
    await (await other.backend.call(0)).respond(awaitingOtp({ reference: 'ZZ11-0000' }));
    await step.element.updateComplete;
    expect(step.input.value).to.equal('');
  });

  it('a view from the page is drawn without a request; put back later, the step asks what is true by then', async () => {
    step.element.view = awaitingOtp();
    await step.mount();
    expect(step.visibleText).to.contain('₹1,250.00');
    expect(Boolean(step.findButton('submit'))).to.equal(true);
    expect(step.backend.calls).to.have.length(0);
    step.element.remove();
    await nextFrame();
    document.body.append(step.element);
    expect((await step.backend.call(0)).name).to.equal('payment');
  });

  it('custom states follow the status', async () => {
    await step.start();
    expect(step.element.matches(':state(awaitingOtp)')).to.equal(true);
    await step.submit('482913');
    expect(step.element.matches(':state(submitting)')).to.equal(true);
    expect(step.element.matches(':state(awaitingOtp)')).to.equal(false);
  });

  it('nothing is reflected to the host', async () => {
    await step.start();
    await (await step.submit('482913')).respond(rejectedOtp(1));
    expect(step.element.getAttributeNames()).to.deep.equal([]);
  });
});

describe('what is spoken', () => {
  let step: Step;
  beforeEach(() => {
    step = new Step();
  });
  afterEach(() => step.element.remove());

  it('each news once and in order: asking, sent with the wait, refused, checking, confirming, done', async () => {
    await step.mount();
    await (await step.backend.call(0)).respond(createView({ phase: 'ready' }));
    await (await step.backend.call(1)).respond(awaitingOtp({ resendInSeconds: 30 }));
    await (await step.submit('111111')).respond(rejectedOtp(1, { resendInSeconds: 29 }));
    await (await step.submit('222222')).respond(createView({ phase: 'confirming' }));
    step.element.check();
    await (await step.backend.call(step.backend.calls.length - 1)).respond(createView({ phase: 'authorized' }));
    await waitUntil(() => step.announcements.some((text) => text.includes('Payment confirmed')), 'the end spoken');
    const heard = step.announcements.join(' | ');
    const order = [
      'Asking your bank for a code',
      'Your bank is sending you a code. You can ask for a new code in 30 seconds.',
      'Checking the code',
      'This code was not accepted.',
      'Checking the code',
      'Confirming with your bank',
      'Payment confirmed',
    ];
    let from = 0;
    for (const words of order) {
      const at = heard.indexOf(words, from);
      expect(at, `${words} in ${heard}`).to.be.at.least(0);
      from = at + words.length;
    }
    expect(heard.split('You can ask').length, heard).to.equal(2);
  });

  it('of a wait: its start, 60, 30 and 10 seconds and its end, and no other second', async () => {
    const real = { wall: Date.now.bind(Date), running: performance.now.bind(performance) };
    let ahead = 0;
    Date.now = () => real.wall() + ahead;
    performance.now = () => real.running() + ahead;
    try {
      await step.start(awaitingOtp({ resendInSeconds: 90 }));
      for (const left of [75, 60, 45, 30, 20, 10, 5, 0]) {
        ahead = (90 - left) * 1000;
        step.element.requestUpdate();
        await nextFrame();
      }
    } finally {
      Date.now = real.wall;
      performance.now = real.running;
    }
    const waits = step.announcements
      .filter((text) => text.includes('new code'))
      .map((text) => /\d+|now/.exec(text)?.[0]);
    expect(waits).to.deep.equal(['90', '60', '30', '10', 'now']);
  });

  it('a fault of the code is said once, and again when the same is tried again', async () => {
    await step.start();
    step.input.focus();
    await step.press('Enter');
    await waitUntil(() => step.announcements.length > 0, 'the fault');
    expect(step.announcements).to.deep.equal(['Enter the code from your bank.']);
    await step.press('Enter');
    await waitUntil(() => step.announcements.length > 1, 'the fault again');
    expect(step.announcements).to.deep.equal(['Enter the code from your bank.', 'Enter the code from your bank.']);
  });

  it('the ticking time is in no button name, and a waiting button keeps the focus and does nothing', async () => {
    await step.start(awaitingOtp({ resendInSeconds: 50 }));
    const resend = step.findButton('resend') as HTMLButtonElement;
    expect(resend.textContent?.trim()).to.equal('Send a new code');
    expect(resend.getAttribute('aria-disabled')).to.equal('true');
    resend.focus();
    await sendKeys({ press: 'Enter' });
    expect(step.root.activeElement === resend, 'focus').to.equal(true);
    expect(step.root.getElementById(resend.getAttribute('aria-describedby') ?? '')?.textContent).to.match(/in 0:\d\d/);
    await waitUntil(() => step.announcements.length > 1, 'the wait, said again');
    expect(step.announcements.at(-1)).to.match(/^You can ask for a new code in \d+ seconds\.$/);
    expect(step.backend.count('resend')).to.equal(0);
  });
});
