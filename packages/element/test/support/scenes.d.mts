import type { OtpTransport } from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';

type ScriptedResponse = PaymentView | 'wait' | 'unreachable';
interface SceneActions {
  otpLength?: number;
  code?: string;
  submit?: boolean;
  newer?: boolean;
  resend?: boolean;
  redirect?: boolean;
  offline?: boolean;
  manual?: boolean;
  payAgain?: boolean;
  first?: PaymentView;
}
/** Name, responses in order (the last one repeats; `wait` never responds), and actions once the field is rendered. */
export const scenes: readonly [name: string, responses: ScriptedResponse[], actions?: SceneActions][];
export function createSceneTransport(responses: readonly ScriptedResponse[]): OtpTransport;
