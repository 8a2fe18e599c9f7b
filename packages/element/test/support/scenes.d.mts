import type { OtpTransport } from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';

type ScriptedResponse = PaymentView | 'wait' | 'unreachable';
interface SceneActions {
  otpLength?: number;
  code?: string;
  submit?: boolean;
  resend?: boolean;
  redirect?: boolean;
  offline?: boolean;
  manual?: boolean;
  payAgain?: boolean;
  first?: PaymentView;
}
/** Name, answers in order (the last one repeats; `wait` never answers), and actions once the field is there. */
export const scenes: readonly [name: string, answers: ScriptedResponse[], actions?: SceneActions][];
export function createSceneTransport(answers: readonly ScriptedResponse[]): OtpTransport;
