// Shows a scene on a step: gives it the view and a backend, then does what the customer does next.
import { createScriptedBackend } from '../playground-backend.js';

const slowMs = 3000;
let paymentCount = 0;

/** Assigns a view a new payment reference, so that nothing typed for the previous payment remains. */
export function withNewReference(view) {
  paymentCount += 1;
  return { ...view, revision: 1, reference: `PLAY-${String(paymentCount).padStart(4, '0')}` };
}

/** Waits until a step has rendered, including the updates that its first render causes. */
export async function waitForRender(step) {
  for (let turn = 0; turn < 3; turn += 1) {
    await step.updateComplete;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Writes an OTP into the field the way a password manager does. */
function type(step, code) {
  const field = step.querySelector('input');
  field.value = code;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** Pastes text as a customer does. */
function paste(step, data) {
  const init = { inputType: 'insertFromPaste', data, bubbles: true, cancelable: true };
  step.querySelector('input').dispatchEvent(new InputEvent('beforeinput', init));
}

function submit(step, code) {
  type(step, code);
  step.submit();
}

const actions = {
  type: (step) => type(step, '482913'),
  submitTooLittle: (step) => submit(step, '48'),
  submitNothing: (step) => submit(step, ''),
  pasteWords: (step) => paste(step, 'Never share your OTP.'),
  pasteTwo: (step) => paste(step, '482913 or 739201'),
  submit: (step) => submit(step, '482913'),
  miss: (step) => submit(step, '482913'),
  async missAgain(step) {
    submit(step, '482913');
    await waitForRender(step);
    step.submit();
  },
  openField: (step) => step.shadowRoot.querySelector('[part~=newer]').click(),
  resend: (step) => step.resend(),
  redirect: (step) => step.redirect(),
  offline: () => dispatchEvent(new Event('offline')),
};

/** Ends the simulated loss of connection of a scene, if it has one. */
export function leaveScene(scene) {
  if (scene?.action === 'offline') dispatchEvent(new Event('online'));
}

/** Shows a scene on a step. `isCurrent` says whether it is still wanted once the step has rendered. */
export async function showScene(step, scene, { isSlow = false, isCurrent = () => true } = {}) {
  const isMiss = scene.action === 'miss' || scene.action === 'missAgain';
  const { problem: _, ...before } = scene.view;
  const missesBefore = { ...before, attempts: { misses: (scene.view.attempts?.misses ?? 1) - 1 } };
  const view = withNewReference(isMiss ? missesBefore : scene.view);
  // A scene does not change until the visitor does something; only a real start runs automatically.
  step.manual = true;
  step.autosubmit = false;
  step.view = view;
  step.transport = createScriptedBackend(view, {
    neverResponds: scene.neverResponds,
    isImmediate: isMiss || scene.action === 'resend',
    ...(isMiss && { missView: scene.view }),
    ...(isSlow && { delayMs: slowMs }),
  });
  await waitForRender(step);
  if (!isCurrent()) return;
  await actions[scene.action]?.(step);
  await waitForRender(step);
}

/** Starts a payment on a step that runs from its beginning to its end. */
export async function startPayment(step, scene, isSlow) {
  const view = withNewReference(scene.view);
  step.view = view;
  step.transport = createScriptedBackend(view, isSlow ? { delayMs: slowMs } : {});
  await waitForRender(step);
}
