import { frame, Step } from './harness.ts';
import { scenes, scripted } from './scenes.mjs';

/** A scene played on the page. */
export interface Played {
  readonly name: string;
  readonly step: Step;
}

/** Brings a step to one of the scenes that the screenshots are made of. */
export async function play(
  [, answers, deeds = {}]: (typeof scenes)[number],
  parent: Element = document.body,
): Promise<Step> {
  const step = new Step(parent.ownerDocument.createElement('plural-otp'));
  step.element.transport = scripted(answers);
  step.element.otpLength = deeds.otpLength;
  step.element.manual = deeds.manual ?? false;
  step.element.view = deeds.first;
  if (deeds.payAgain) step.element.innerHTML = '<a slot="pay-again" href="#">Choose another card</a>';
  parent.append(step.element);
  await frame();
  await frame();
  if (deeds.code) await step.type(deeds.code);
  if (deeds.submit) step.element.submit();
  if (deeds.resend) step.element.resend();
  if (deeds.redirect) {
    const page = parent.ownerDocument.defaultView ?? window;
    page.addEventListener('click', (event) => event.preventDefault(), { once: true });
    step.element.redirect();
  }
  if (deeds.offline) parent.ownerDocument.defaultView?.dispatchEvent(new Event('offline'));
  await frame();
  await step.element.updateComplete;
  return step;
}

/** The scene of this name. */
export function scene(name: string): (typeof scenes)[number] {
  const found = scenes.find(([known]) => known === name);
  if (!found) throw new Error(`No scene "${name}"`);
  return found;
}

/** Every scene, one below the other. */
export async function playAll(parent: Element = document.body): Promise<Played[]> {
  const played: Played[] = [];
  for (const each of scenes) played.push({ name: each[0], step: await play(each, parent) });
  return played;
}
