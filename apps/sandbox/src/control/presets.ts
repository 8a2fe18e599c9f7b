/** Troubles that developers want most often, one button each. */
import type { Settings } from '../state/settings.ts';

/** A trouble: a fault that is scripted, or settings that are changed. */
export interface Preset {
  readonly label: string;
  readonly description: string;
  /** A fault as {@link parseFault} accepts it. */
  readonly fault?: object;
  readonly settings?: Partial<Settings>;
}

/** Presets by the value of their button. */
export const presets: Readonly<Record<string, Preset>> = {
  answerLost: {
    label: 'Answer lost',
    description: 'The next submitted OTP takes effect, and its response never arrives.',
    fault: { operation: 'submitOtp', fault: 'reset', takesEffect: true },
  },
  bankSlow: {
    label: 'Bank slow, 6 s',
    description: 'The next OTP is requested only after six seconds.',
    fault: { operation: 'generateOtp', fault: 'delay', delayMs: 6000 },
  },
  rateLimit: {
    label: 'Rate limit × 3',
    description: 'The next three calls are answered with 429.',
    fault: { operation: '*', fault: 'rateLimit', times: 3, retryAfter: '5' },
  },
  outage: {
    label: 'Outage',
    description: 'Every call is answered with 503 until the faults are cleared.',
    fault: { operation: '*', fault: 'status', status: 503, times: 0 },
  },
  webhooksNever: {
    label: 'No webhooks',
    description: 'Webhooks are recorded and not sent.',
    settings: { webhookMode: 'never' },
  },
  webhooksForged: {
    label: 'Webhooks forged',
    description: 'Webhooks are signed with another secret.',
    settings: { webhookMode: 'wrongSignature' },
  },
  webhooksNormal: {
    label: 'Webhooks as usual',
    description: 'Webhooks are sent and signed as documented.',
    settings: { webhookMode: 'normal' },
  },
};
