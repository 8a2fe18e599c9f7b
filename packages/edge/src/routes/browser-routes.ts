import {
  actionBodySchema,
  leaveBodySchema,
  sessionBodySchema,
  submitBodySchema,
} from '@plural-otp/flow/contract/schemas';
import type { PaymentView, SessionBody } from '@plural-otp/flow/contract';
import * as v from 'valibot';
import { performAct } from './otp.ts';
import type { RouteName } from '../http/route-policy.ts';
import { leave, look } from './payment.ts';
import type { Parts } from '../context.ts';
import type { Session } from '../session/sealed-session.ts';

/** A request of the customer's page, read: its session, and what to do once that was opened. */
interface PageRequest {
  session: string;
  run(parts: Parts, session: Session): Promise<PaymentView>;
}

/** Reads a body; `undefined` when it is not the contract's. */
type ReadPageRequest = (body: unknown) => PageRequest | undefined;

function route<B extends SessionBody>(
  schema: v.GenericSchema<unknown, B>,
  run: (parts: Parts, session: Session, body: B) => Promise<PaymentView>,
): ReadPageRequest {
  return (body) => {
    const read = v.safeParse(schema, body);
    if (!read.success) return undefined;
    return { session: read.output.session, run: (parts, session) => run(parts, session, read.output) };
  };
}

/** The routes the customer's page calls. */
export const pageRoutes: Readonly<Partial<Record<RouteName, ReadPageRequest>>> = {
  generate: route(actionBodySchema, (parts, session, { idempotencyKey }) =>
    performAct(parts, session, { deed: 'generate', idempotencyKey }),
  ),
  submit: route(submitBodySchema, (parts, session, { idempotencyKey, otp }) =>
    performAct(parts, session, { deed: 'submit', idempotencyKey, otp }),
  ),
  resend: route(actionBodySchema, (parts, session, { idempotencyKey }) =>
    performAct(parts, session, { deed: 'resend', idempotencyKey }),
  ),
  payment: route(sessionBodySchema, look),
  leave: route(leaveBodySchema, (parts, session, { to }) => leave(parts, session, to)),
};
