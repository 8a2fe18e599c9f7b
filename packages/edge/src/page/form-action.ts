/** Performs the action of a form and waits a little for its result. */
import type { PaymentView, Phase } from '@plural-otp/flow/contract';
import { minOtpLength, parseOtp, type ParseError, toDigits } from '@plural-otp/flow/presentation';
import { performOtpAction } from '../routes/otp.ts';
import { leave, getPaymentView } from '../routes/payment.ts';
import type { HandlerContext } from '../context.ts';
import type { Session } from '../session/sealed-session.ts';
import type { FormFields } from './form-fields.ts';

/** The reason why the text in the field was not sent; the name of its message. */
export type CodeError = Exclude<ParseError, 'wrongLength'> | 'tooShort' | 'tooLong';

/** Result of a form. */
export interface FormActionResult {
  readonly view: PaymentView;
  readonly error?: CodeError;
}

/** Performs the action of a form. A page cannot poll, so the response waits a little for news. */
export async function performFormAction(
  context: HandlerContext,
  session: Session,
  fields: FormFields,
): Promise<FormActionResult> {
  const untilMs = context.now() + pollTimeoutMs;
  const { action, idempotencyKey, otp = '' } = fields;
  const poll = async (request: Promise<PaymentView>): Promise<FormActionResult> => ({
    view: await pollUntilSettled(context, session, await request, untilMs),
  });
  switch (action) {
    case 'submit': {
      const { code, error } = parseOtp(otp);
      if (error) return { view: await getPaymentView(context, session), error: toCodeError(error, otp) };
      return poll(performOtpAction(context, session, { action, idempotencyKey, otp: code }));
    }
    case 'generate':
    case 'resend':
      return poll(performOtpAction(context, session, { action, idempotencyKey }));
    case 'check':
      return poll(getPaymentView(context, session));
    default:
      return { view: await leave(context, session, action) };
  }
}

function toCodeError(error: ParseError, otp: string): CodeError {
  if (error !== 'wrongLength') return error;
  return toDigits(otp).length < minOtpLength ? 'tooShort' : 'tooLong';
}

const pollTimeoutMs = 12_000;
const inFlightPhases: ReadonlySet<Phase> = new Set<Phase>(['generating', 'resending', 'confirming']);

/** Polls while something is in flight, for at most {@link pollTimeoutMs} in all. */
async function pollUntilSettled(
  context: HandlerContext,
  session: Session,
  first: PaymentView,
  untilMs: number,
): Promise<PaymentView> {
  let view = first;
  let leftMs = pollTimeoutMs;
  while (inFlightPhases.has(view.phase)) {
    const pauseMs = (view.pollAfterSeconds ?? 2) * 1000;
    leftMs -= pauseMs;
    if (leftMs < 0 || context.now() + pauseMs > untilMs) return view;
    await context.timers.sleep(pauseMs);
    try {
      view = await getPaymentView(context, session);
    } catch (error) {
      // The action itself succeeded, so the page shows what is known of it.
      context.reportError(error);
      return view;
    }
  }
  return view;
}
