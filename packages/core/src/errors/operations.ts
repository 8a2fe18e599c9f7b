/** Plural's calls by name, and what a failed one says about its effect. */

/** Names of Plural's calls, as they appear in errors and in `onCall`. */
export type Operation =
  | 'getToken'
  | 'createOrder'
  | 'getOrder'
  | 'getOrderByReference'
  | 'createPayment'
  | 'getCardDetails'
  | 'generateOtp'
  | 'submitOtp'
  | 'resendOtp'
  | 'captureOrder'
  | 'cancelOrder'
  | 'refundOrder'
  | 'request';

/**
 * The effect at Plural of a call that failed. `none`: surely nothing happened beyond a counted attempt.
 * `unknown`: it may have happened, so read the order before anything else.
 */
export type Outcome = 'none' | 'unknown';

const readOnlyOperations: ReadonlySet<Operation> = new Set<Operation>([
  'getToken',
  'getOrder',
  'getOrderByReference',
  'getCardDetails',
]);

/** Returns true for a call that only reads, so that retrying it changes nothing at Plural. */
export function isReadOnly(operation: Operation): boolean {
  return readOnlyOperations.has(operation);
}
