/** Remembers status and request id of each response by its value, for logs and for Plural's support. */

/** Facts about the response that a value came from. */
export interface ResponseInfo {
  /** HTTP status. */
  readonly status: number;
  /** The `Request-ID` that was sent; Plural's support asks for it. */
  readonly requestId: string;
}

const infoByValue = new WeakMap<object, ResponseInfo>();

/** Remembers the facts of a value, unless it is none that can be found again. */
export function setResponseInfo(value: unknown, info: ResponseInfo): void {
  if (typeof value === 'object' && value !== null) infoByValue.set(value, info);
}

/**
 * Returns status and request id of the response that a call's value came from. Returns `undefined` for anything else,
 * a copy of the value included.
 *
 * @example
 * ```ts
 * import { getResponseInfo, type Plural } from '@plural-otp/core';
 *
 * export async function logRead(plural: Plural, orderId: string): Promise<void> {
 *   const order = await plural.getOrder(orderId);
 *   console.log(order.status, getResponseInfo(order)?.requestId);
 * }
 * ```
 */
export function getResponseInfo(value: object): ResponseInfo | undefined {
  return infoByValue.get(value);
}
