/** Actions of the control page: one per value of its buttons named `action`, presets and decisions. */
import type { ControlContext } from './sandbox-controls.ts';
import { parseDecision } from '../state/decision.ts';
import { createOrderEvent, type SandboxContext } from '../state/context.ts';
import { parseFault } from '../state/fault-script.ts';
import { settingRules, type Settings } from '../state/settings.ts';
import { presets } from './presets.ts';

type Action = (control: ControlContext, form: URLSearchParams, context: () => SandboxContext) => void;

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
  resetClock: ({ sandbox }) => sandbox.resetClock(),
  sendWebhook: ({ sandbox, send }, form, context) => {
    const order = sandbox.state.orders.get(form.get('orderId') ?? '');
    if (order === undefined) throw new TypeError('Choose an order for the webhook.');
    send(createOrderEvent(context(), order, form.get('eventType') ?? '', null), 'normal');
  },
  preset: ({ sandbox }, form) => {
    const name = form.get('preset') ?? '';
    const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
    if (preset === undefined) throw new TypeError(`Unknown preset "${name}".`);
    if (preset.fault !== undefined) sandbox.script(parseFault(preset.fault));
    if (preset.settings !== undefined) sandbox.configure(preset.settings);
  },
  webhookUrl: ({ sandbox }, form) => sandbox.setWebhookUrl((form.get('url') ?? '').split(/[\s,]+/).filter(Boolean)),
  setting: ({ sandbox }, form) => {
    const name = form.get('name') ?? '';
    if (!Object.hasOwn(settingRules, name)) throw new TypeError(`Unknown setting "${name}".`);
    const row = settingRules[name as keyof Settings];
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
export function runAction(control: ControlContext, form: URLSearchParams, context: () => SandboxContext): void {
  const decision = form.get('decision');
  if (decision !== null) return control.sandbox.decide(form.get('paymentId') ?? '', parseDecision(decision));
  const name = form.has('preset') ? 'preset' : (form.get('action') ?? '');
  if (!Object.hasOwn(actions, name)) throw new TypeError(`Unknown action "${name}".`);
  actions[name]?.(control, form, context);
}
