/** The endpoints of Plural's API that the sandbox implements, and the match of a request to one of them. */

/** Names of the API calls that the sandbox implements. */
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
  | 'createCustomer'
  | 'findCustomer'
  | 'getCustomer'
  | 'listCardTokens'
  | 'createCardToken'
  | 'getCardToken'
  | 'deleteCardToken'
  | 'createCryptogram'
  | 'calculateFees';

interface Endpoint {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path template. At most one `{id}`, which matches one path segment. */
  readonly path: string;
}

/** Method and path of each operation. */
export const endpoints: readonly Endpoint[] = [
  { operation: 'getToken', method: 'POST', path: '/api/auth/v1/token' },
  { operation: 'createOrder', method: 'POST', path: '/api/pay/v1/orders' },
  { operation: 'getOrderByReference', method: 'GET', path: '/api/pay/v1/orders/reference/{id}' },
  { operation: 'getOrder', method: 'GET', path: '/api/pay/v1/orders/{id}' },
  { operation: 'createPayment', method: 'POST', path: '/api/pay/v1/orders/{id}/payments' },
  { operation: 'getCardDetails', method: 'POST', path: '/api/pay/v1/getCardDetails' },
  { operation: 'generateOtp', method: 'POST', path: '/api/pay/v1/otp/generate' },
  { operation: 'submitOtp', method: 'POST', path: '/api/pay/v1/otp/submit' },
  { operation: 'resendOtp', method: 'POST', path: '/api/pay/v1/otp/resend' },
  { operation: 'captureOrder', method: 'PUT', path: '/api/pay/v1/orders/{id}/capture' },
  { operation: 'cancelOrder', method: 'PUT', path: '/api/pay/v1/orders/{id}/cancel' },
  { operation: 'refundOrder', method: 'POST', path: '/api/pay/v1/refunds/{id}' },
  { operation: 'createCustomer', method: 'POST', path: '/api/v1/customer' },
  { operation: 'findCustomer', method: 'GET', path: '/api/v1/customer' },
  { operation: 'getCustomer', method: 'GET', path: '/api/v1/customer/{id}' },
  { operation: 'listCardTokens', method: 'GET', path: '/api/v1/customer/{id}/tokens' },
  { operation: 'createCardToken', method: 'POST', path: '/api/v1/tokens' },
  { operation: 'getCardToken', method: 'GET', path: '/api/v1/tokens/{id}' },
  { operation: 'deleteCardToken', method: 'POST', path: '/api/v1/tokens/{id}/delete' },
  { operation: 'createCryptogram', method: 'POST', path: '/api/v1/tokens/{id}/token-transactional-data' },
  { operation: 'calculateFees', method: 'POST', path: '/api/v1/fees' },
];

/** Names of all operations. */
export const operations: readonly Operation[] = endpoints.map((endpoint) => endpoint.operation);

/** An operation that a request matched. */
export interface EndpointMatch {
  readonly operation: Operation;
  /** Decoded path segment in place of `{id}`, or an empty string. */
  readonly id: string;
}

/** Returns the operation of a method and path, `methods` when the path allows only other methods, or null. */
export function matchEndpoint(
  method: string,
  pathname: string,
): EndpointMatch | { readonly methods: readonly string[] } | null {
  const methods: string[] = [];
  for (const endpoint of endpoints) {
    const id = matchPath(endpoint.path, pathname);
    if (id === null) continue;
    if (endpoint.method === method) return { operation: endpoint.operation, id };
    methods.push(endpoint.method);
  }
  return methods.length > 0 ? { methods } : null;
}

function matchPath(template: string, pathname: string): string | null {
  const [before, after] = template.split('{id}');
  if (after === undefined) return pathname === template ? '' : null;
  if (!pathname.startsWith(before ?? '') || !pathname.endsWith(after)) return null;
  const segment = pathname.slice((before ?? '').length, pathname.length - after.length);
  if (segment === '' || segment.includes('/')) return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
