import { nextFrame, Step } from './harness.ts';
import { scenes, createSceneTransport } from './scenes.mjs';

/** A scene played on the page. */
export interface RenderedScene {
  readonly name: string;
  readonly step: Step;
}

/** Brings a step to one of the scenes that the screenshots are made of. */
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
  if (actions.resend) step.element.resend();
  if (actions.redirect) {
    const page = parent.ownerDocument.defaultView ?? window;
    page.addEventListener('click', (event) => event.preventDefault(), { once: true });
    step.element.redirect();
  }
  if (actions.offline) parent.ownerDocument.defaultView?.dispatchEvent(new Event('offline'));
  await nextFrame();
  await step.element.updateComplete;
  return step;
}

/** The scene of this name. */
export function findScene(name: string): (typeof scenes)[number] {
  const found = scenes.find(([known]) => known === name);
  if (!found) throw new Error(`No scene "${name}"`);
  return found;
}

/** Every scene, one below the other. */
export async function renderAllScenes(parent: Element = document.body): Promise<RenderedScene[]> {
  const rendered: RenderedScene[] = [];
  for (const each of scenes) rendered.push({ name: each[0], step: await renderScene(each, parent) });
  return rendered;
}
