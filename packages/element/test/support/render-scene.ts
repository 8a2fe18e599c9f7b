/** Renders the scenes that screenshots are made of, for tests of every state. */

import { nextFrame, Step } from './harness.ts';
import { scenes, createSceneTransport } from './scenes.mjs';

/** Step on the page in the state of a scene. */
export interface RenderedScene {
  readonly name: string;
  readonly step: Step;
}

/** Renders a step and brings it to the state of a scene. */
export async function renderScene(
  [, responses, actions = {}]: (typeof scenes)[number],
  parent: Element = document.body,
): Promise<Step> {
  const step = new Step(parent.ownerDocument.createElement('plural-otp'));
  step.element.transport = createSceneTransport(responses);
  step.element.otpLength = actions.otpLength;
  step.element.manual = actions.manual ?? false;
  step.element.view = actions.first;
  if (actions.payAgain) step.element.innerHTML = '<a slot="pay-again" href="#">Choose another card</a>';
  parent.append(step.element);
  await nextFrame();
  await nextFrame();
  if (actions.code) await step.type(actions.code);
  if (actions.submit) step.element.submit();
  if (actions.newer) step.query('[part~=newer]').click();
  if (actions.resend) step.element.resend();
  if (actions.redirect) {
    const page = parent.ownerDocument.defaultView ?? window;
    page.addEventListener('click', (event) => event.preventDefault(), { once: true });
    step.element.redirect();
  }
  if (actions.offline) parent.ownerDocument.defaultView?.dispatchEvent(new Event('offline'));
  await nextFrame();
  await step.element.updateComplete;
  step.finishAnimations();
  return step;
}

/** Returns the scene of this name. */
export function findScene(name: string): (typeof scenes)[number] {
  const found = scenes.find(([known]) => known === name);
  if (!found) throw new Error(`No scene "${name}"`);
  return found;
}

/** Renders every scene, one below the other. */
export async function renderAllScenes(parent: Element = document.body): Promise<RenderedScene[]> {
  const rendered: RenderedScene[] = [];
  for (const each of scenes) rendered.push({ name: each[0], step: await renderScene(each, parent) });
  return rendered;
}
