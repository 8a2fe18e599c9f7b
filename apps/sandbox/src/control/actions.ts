/** Actions of the control page: one per value of its buttons named `action`. */
import type { ControlContext } from './sandbox-controls.ts';
import { parseFault } from '../state/fault-script.ts';
import { settingDefinitions, type Settings } from '../state/settings.ts';

type Action = (control: ControlContext, form: URLSearchParams) => void;

const actions: Readonly<Record<string, Action>> = {
  applyFault: ({ sandbox }, form) => {
    const fault = form.get('fault') ?? '';
    const number = Number(form.get('number'));
    const effect = form.get('effect');
    sandbox.script(
      parseFault({
        operation: form.get('operation') ?? '*',
        fault,
        times: Number(form.get('times') ?? 1),
        ...((effect === 'first' || effect === 'none') && { takesEffect: effect === 'first' }),
        ...(fault === 'delay' && { delayMs: number }),
        ...(fault === 'status' && { status: number }),
        ...(fault === 'rateLimit' && { retryAfter: '5' }),
      }),
    );
  },
  clearFaults: ({ sandbox }) => sandbox.clearScript(),
  advance: ({ sandbox }, form) => sandbox.advance(Number(form.get('seconds'))),
  webhookUrl: ({ sandbox }, form) => sandbox.setWebhookUrl((form.get('url') ?? '').split(/[\s,]+/).filter(Boolean)),
  setting: ({ sandbox }, form) => {
    const name = form.get('name') ?? '';
    if (!Object.hasOwn(settingDefinitions, name)) throw new TypeError(`Unknown setting "${name}".`);
    const row = settingDefinitions[name as keyof Settings];
    const text = form.get('value') ?? '';
    let value: unknown = text;
    if ('choices' in row) value = row.choices.find((choice: unknown) => String(choice) === text);
    else if ('min' in row) value = Number(text);
    sandbox.configure({ [name]: value ?? text });
  },
  reset: ({ sandbox }) => sandbox.reset(),
  resendWebhook: ({ sandbox, send, release }, form) => {
    const earlier = sandbox.state.deliveries.find(({ id }) => id === form.get('id'));
    if (earlier === undefined) throw new TypeError('Unknown webhook delivery.');
    if (earlier.state === 'paused') release([earlier]);
    else send({ ...earlier, scenarioId: null }, 'normal');
  },
};

/**
 * Runs the action that a form of the control page submitted.
 *
 * @throws A TypeError with a message for the developer.
 */
export function runAction(control: ControlContext, form: URLSearchParams): void {
  const name = form.get('action') ?? '';
  if (!Object.hasOwn(actions, name)) throw new TypeError(`Unknown action "${name}".`);
  actions[name]?.(control, form);
}
