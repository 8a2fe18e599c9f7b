import type { ControlContext } from './types.ts';
import { parseFault } from '../state/fault-script.ts';
import { type Settings, settingDefinitions } from '../state/settings.ts';

type Action = (control: ControlContext, form: URLSearchParams) => void;

// What the buttons of the control page do.
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
  webhookUrl: ({ sandbox }, form) => sandbox.setWebhookUrl(form.get('url') === '' ? null : form.get('url')),
  setting: ({ sandbox }, form) => {
    const name = form.get('name') ?? '';
    if (!Object.hasOwn(settingDefinitions, name)) throw new TypeError(`There is no setting "${name}".`);
    const row = settingDefinitions[name as keyof Settings];
    const text = form.get('value') ?? '';
    const value: unknown =
      'choices' in row ? row.choices.find((choice: unknown) => String(choice) === text) : Number(text);
    sandbox.configure({ [name]: value ?? text });
  },
  resendWebhook: ({ sandbox, send }, form) => {
    const earlier = sandbox.state.deliveries.find(({ id }) => id === form.get('id'));
    if (earlier === undefined) throw new TypeError('There is no such delivery.');
    send({ ...earlier, scenarioId: null }, 'normal');
  },
};

/** Does what a button of the control page asks for. Throws a TypeError with words for the developer. */
export function runAction(control: ControlContext, form: URLSearchParams): void {
  const name = form.get('action') ?? '';
  if (!Object.hasOwn(actions, name)) throw new TypeError(`Unknown action "${name}".`);
  actions[name]?.(control, form);
}
