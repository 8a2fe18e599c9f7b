import type { PaymentView, Phase } from '@plural-otp/flow/contract';
import { performOtpAction } from '../routes/otp.ts';
import { leave, getPaymentView } from '../routes/payment.ts';
import type { HandlerContext } from '../context.ts';
import type { Session } from '../session/sealed-session.ts';
import type { FormFields } from './form-fields.ts';
import { readTypedCode, type CodeRefusal } from './parse-otp.ts';

/** Where the payment stands after a form. */
export interface DeedDone {
  readonly view: PaymentView;
  /** Why the text in the field was not sent. */
  readonly refusal?: CodeRefusal;
}

/** Does what a form asks for. A page cannot ask again by itself, so the answer waits a little for news. */
export async function doDeed(parts: HandlerContext, session: Session, fields: FormFields): Promise<DeedDone> {
  const untilMs = parts.now() + patienceMs;
  const { deed, idempotencyKey, otp = '' } = fields;
  switch (deed) {
    case 'submit': {
      const typed = readTypedCode(otp);
      if ('refusal' in typed) return { view: await getPaymentView(parts, session), refusal: typed.refusal };
      return {
        view: await settled(
          parts,
          session,
          await performOtpAction(parts, session, { action: deed, idempotencyKey, otp: typed.code }),
          untilMs,
        ),
      };
    }
    case 'generate':
    case 'resend':
      return {
        view: await settled(
          parts,
          session,
          await performOtpAction(parts, session, { action: deed, idempotencyKey }),
          untilMs,
        ),
      };
    case 'check':
      return { view: await settled(parts, session, await getPaymentView(parts, session), untilMs) };
    default:
      return { view: await leave(parts, session, deed) };
  }
}

const patienceMs = 12_000;
const underWay: ReadonlySet<Phase> = new Set<Phase>(['generating', 'resending', 'confirming']);

/** Looks again while something is under way, for a while in all. */
async function settled(
  parts: HandlerContext,
  session: Session,
  first: PaymentView,
  untilMs: number,
): Promise<PaymentView> {
  let view = first;
  let leftMs = patienceMs;
  while (underWay.has(view.phase)) {
    const pauseMs = (view.pollAfterSeconds ?? 2) * 1000;
    leftMs -= pauseMs;
    if (leftMs < 0 || parts.now() + pauseMs > untilMs) return view;
    await parts.wait(pauseMs);
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
