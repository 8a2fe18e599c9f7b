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

/** Writes a code into the field the way a password manager does. */
function type(step, code) {
  const field = step.querySelector('input');
  field.value = code;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

const actions = {
  type: (step) => type(step, '482913'),
  typeTooLittle(step) {
    type(step, '48');
    step.submit();
  },
  submit(step) {
    type(step, '482913');
    step.submit();
  },
  miss: (step) => actions.submit(step),
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
  const isMiss = scene.action === 'miss';
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
  actions[scene.action]?.(step);
  await waitForRender(step);
}

/** Starts a payment on a step that runs from its beginning to its end. */
export async function startPayment(step, scene, isSlow) {
  const view = withNewReference(scene.view);
  step.view = view;
  step.transport = createScriptedBackend(view, isSlow ? { delayMs: slowMs } : {});
  await waitForRender(step);
}
