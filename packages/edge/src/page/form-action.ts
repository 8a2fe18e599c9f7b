import type { PaymentView, Phase } from '@plural-otp/flow/contract';
import { performOtpAction } from '../routes/otp.ts';
import { leave, getPaymentView } from '../routes/payment.ts';
import type { HandlerContext } from '../context.ts';
import type { Session } from '../session/sealed-session.ts';
import type { FormFields } from './form-fields.ts';
import { parseOtp, type ParseError } from './parse-otp.ts';

/** Where the payment stands after a form. */
export interface FormActionResult {
  readonly view: PaymentView;
  /** Why the text in the field was not sent. */
  readonly error?: ParseError;
}

/** Does what a form asks for. A page cannot ask again by itself, so the answer waits a little for news. */
export async function performFormAction(
  parts: HandlerContext,
  session: Session,
  fields: FormFields,
): Promise<FormActionResult> {
  const untilMs = parts.now() + pollTimeoutMs;
  const { action, idempotencyKey, otp = '' } = fields;
  switch (action) {
    case 'submit': {
      const typed = parseOtp(otp);
      if ('error' in typed) return { view: await getPaymentView(parts, session), error: typed.error };
      return {
        view: await pollUntilSettled(
          parts,
          session,
          await performOtpAction(parts, session, { action, idempotencyKey, otp: typed.code }),
          untilMs,
        ),
      };
    }
    case 'generate':
    case 'resend':
      return {
        view: await pollUntilSettled(
          parts,
          session,
          await performOtpAction(parts, session, { action, idempotencyKey }),
          untilMs,
        ),
      };
    case 'check':
      return { view: await pollUntilSettled(parts, session, await getPaymentView(parts, session), untilMs) };
    default:
      return { view: await leave(parts, session, action) };
  }
}

const pollTimeoutMs = 12_000;
const inFlightPhases: ReadonlySet<Phase> = new Set<Phase>(['generating', 'resending', 'confirming']);

/** Looks again while something is under way, for a while in all. */
async function pollUntilSettled(
  parts: HandlerContext,
  session: Session,
  first: PaymentView,
  untilMs: number,
): Promise<PaymentView> {
  let view = first;
  let leftMs = pollTimeoutMs;
  while (inFlightPhases.has(view.phase)) {
    const pauseMs = (view.pollAfterSeconds ?? 2) * 1000;
    leftMs -= pauseMs;
    if (leftMs < 0 || parts.now() + pauseMs > untilMs) return view;
    await parts.timers.sleep(pauseMs);
    try {
      view = await getPaymentView(parts, session);
    } catch (error) {
      // What was done is done: the page says what is known of it.
      parts.reportError(error);
      return view;
    }
  }
  return view;
}
