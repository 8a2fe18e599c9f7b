/** Keys and contents of sealed sessions. */
import { randomBytes } from 'node:crypto';
import type { Session } from '../../src/session/sealed-session.ts';

/** Creates a random session key: 32 bytes in Base64url. */
export const createSessionKey = (): string => randomBytes(32).toString('base64url');

/** Contents of a session whose every time limit has passed. */
export const exampleSession: Session = {
  orderId: 'v1-order',
  paymentId: 'v1-payment',
  key: 'record',
  reference: 'K7QF-3M9X-2HBD',
  activeUntilMs: 1,
  renewUntilMs: 2,
  readUntilMs: 3,
};
