import {
  actionBodySchema,
  leaveBodySchema,
  sessionBodySchema,
  submitBodySchema,
} from '@plural-otp/flow/contract/schemas';
import type { PaymentView, SessionBody } from '@plural-otp/flow/contract';
import * as v from 'valibot';
import { performOtpAction } from './otp.ts';
import type { RouteName } from '../http/route-policy.ts';
import { leave, getPaymentView } from './payment.ts';
import type { HandlerContext } from '../context.ts';
import type { Session } from '../session/sealed-session.ts';

/** A request of the customer's page, read: its session, and what to do once that was opened. */
interface BrowserRequest {
  session: string;
  handle(context: HandlerContext, session: Session): Promise<PaymentView>;
}

/** Reads a body; `undefined` when it is not the contract's. */
type ParseBrowserRequest = (body: unknown) => BrowserRequest | undefined;

function defineRoute<B extends SessionBody>(
  schema: v.GenericSchema<unknown, B>,
  handle: (context: HandlerContext, session: Session, body: B) => Promise<PaymentView>,
): ParseBrowserRequest {
  return (body) => {
    const read = v.safeParse(schema, body);
    if (!read.success) return undefined;
    return { session: read.output.session, handle: (context, session) => handle(context, session, read.output) };
  };
}

/** The routes the customer's page calls. */
export const browserRoutes: Readonly<Partial<Record<RouteName, ParseBrowserRequest>>> = {
  generate: defineRoute(actionBodySchema, (context, session, { idempotencyKey }) =>
    performOtpAction(context, session, { action: 'generate', idempotencyKey }),
  ),
  submit: defineRoute(submitBodySchema, (context, session, { idempotencyKey, otp }) =>
    performOtpAction(context, session, { action: 'submit', idempotencyKey, otp }),
  ),
  resend: defineRoute(actionBodySchema, (context, session, { idempotencyKey }) =>
    performOtpAction(context, session, { action: 'resend', idempotencyKey }),
  ),
  payment: defineRoute(sessionBodySchema, getPaymentView),
  leave: defineRoute(leaveBodySchema, (context, session, { to }) => leave(context, session, to)),
};
