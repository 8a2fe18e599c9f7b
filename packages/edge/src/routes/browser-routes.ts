/** The five JSON routes the customer's page calls: body to schema, session to payment, view as the response. */

import type { ActionBody, PaymentView, SessionBody } from '@plural-otp/flow/contract';
import {
  actionBodySchema,
  leaveBodySchema,
  sessionBodySchema,
  submitBodySchema,
} from '@plural-otp/flow/contract/schemas';
import * as v from 'valibot';
import type { HandlerContext } from '../context.ts';
import { parseJson } from '../http/body.ts';
import { errorResponse, problemResponse, viewResponse } from '../http/responses.ts';
import { readPolicyBody, type RoutePolicy } from '../http/route-policy.ts';
import type { OtpActionRequest } from '../reconciliation/send-otp-action.ts';
import type { Session } from '../session/sealed-session.ts';
import { performOtpAction } from './otp.ts';
import { getPaymentView, leave } from './payment.ts';

/** Handles a request whose method and origin fit the policy of its route. Reads the body itself, by the policy. */
export type RouteHandler = (context: HandlerContext, request: Request, policy: RoutePolicy) => Promise<Response>;

type BrowserRouteName = 'generate' | 'submit' | 'resend' | 'payment' | 'leave';

/**
 * Creates the handler of a JSON route. The sealed session names the payment, and nothing else in the body does, so that
 * a page can only act on the payment it was given.
 */
function defineRoute<B extends SessionBody>(
  schema: v.GenericSchema<unknown, B>,
  handle: (context: HandlerContext, session: Session, body: B) => Promise<PaymentView>,
): RouteHandler {
  return async (context, request, policy) => {
    const bytes = await readPolicyBody(request, policy, context.timers);
    if (typeof bytes === 'number') return errorResponse(bytes);
    const body = v.safeParse(schema, parseJson(bytes));
    if (!body.success) return errorResponse(400);
    const session = await context.sealer.open(body.output.session);
    // One response for every session that does not open, so that it reveals nothing about the reason.
    if (!session || context.now() > session.readUntilMs) return problemResponse(401, 'SESSION_EXPIRED');
    return viewResponse(await handle(context, session, body.output));
  };
}

/** Creates the handler of an OTP route: the members of its body are those of the action. */
const defineOtpRoute = <B extends ActionBody>(
  action: OtpActionRequest['action'],
  schema: v.GenericSchema<unknown, B>,
): RouteHandler =>
  defineRoute(schema, (context, session, { session: _, ...members }) =>
    performOtpAction(context, session, { ...members, action }),
  );

/** Handlers of the routes the customer's page calls. */
export const browserRoutes: Readonly<Record<BrowserRouteName, RouteHandler>> = {
  generate: defineOtpRoute('generate', actionBodySchema),
  submit: defineOtpRoute('submit', submitBodySchema),
  resend: defineOtpRoute('resend', actionBodySchema),
  payment: defineRoute(sessionBodySchema, getPaymentView),
  leave: defineRoute(leaveBodySchema, (context, session, { to, entry }) => leave(context, session, to, entry)),
};
