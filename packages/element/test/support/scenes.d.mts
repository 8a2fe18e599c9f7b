import type { OtpTransport } from '@plural-otp/flow';
import type { PaymentView } from '@plural-otp/flow/contract';

type Answer = PaymentView | 'wait' | 'unreachable';
interface Deeds {
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
/** Name, answers in order (the last one repeats; `wait` never answers), and deeds once the field is there. */
export const scenes: readonly [name: string, answers: Answer[], deeds?: Deeds][];
export function scripted(answers: readonly Answer[]): OtpTransport;
