/** The order that an API call is about: faults apply to one order, and its calls are counted. */
import { isJsonObject, parseJson } from '../lib/json.ts';
import type { EndpointMatch } from './endpoints.ts';
import type { SandboxState } from './state.ts';

/** Returns the id and the merchant reference of the order that a call is about; one that does not exist has only what the call names. */
export function findOrderNames(state: SandboxState, { operation, id }: EndpointMatch, bodyText: string): string[] {
  const body = bodyText === '' ? undefined : parseJson(bodyText);
  const member = (name: string): string => {
    const value = isJsonObject(body) ? body[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const reference = operation === 'createOrder' ? member('merchant_order_reference') : id;
  const orderId = state.payments.get(member('payment_id')) ?? state.references.get(reference) ?? id;
  const order = state.orders.get(orderId);
  return order === undefined ? [reference].filter(Boolean) : [order.id, order.reference];
}

/** Counts a call on the order that it is about, if that exists. */
export function countCall(state: SandboxState, match: EndpointMatch, names: readonly string[]): void {
  const [name = ''] = names;
  const order = state.orders.get(name) ?? state.orders.get(state.references.get(name) ?? '');
  if (order !== undefined)
    order.calls = { ...order.calls, [match.operation]: (order.calls?.[match.operation] ?? 0) + 1 };
}
