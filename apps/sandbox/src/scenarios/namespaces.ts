/** Namespaces: how a request names the one it belongs to. */
import { isJsonObject, parseJson } from '../lib/json.ts';
import { credentials, type Credentials } from './credentials.ts';

/** Header, and query parameter of the control routes, that name a namespace. */
export const namespaceHeader = 'sandbox-namespace';
const queryName = 'namespace';
const prefix = `${credentials.clientId}-`;
const namePattern = /^[\w-]{1,64}$/;
const tokenPath = '/api/auth/v1/token';

/**
 * Returns the name of a namespace.
 *
 * @throws A TypeError for anything but 1 to 64 letters, digits, hyphens and underscores.
 */
export function requireNamespaceName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new TypeError('The name of a namespace must be 1 to 64 letters, digits, hyphens and underscores.');
}

/** Returns the credentials whose calls reach a namespace. */
export function namespaceCredentials(name: string): Credentials {
  return { ...credentials, clientId: `${prefix}${name}` };
}

/** Returns true for the client id of a namespace, and for the sandbox's own. */
export function isClientOf(namespace: string, clientId: string): boolean {
  return clientId === credentials.clientId || (namespace !== '' && clientId === `${prefix}${namespace}`);
}

/** Marks a token with its namespace, so that a request with it needs no header. */
export function markToken(namespace: string, token: string): string {
  return namespace === '' ? token : `${namespace}~${token}`;
}

/**
 * Returns the name of the namespace that a request belongs to, or an empty string for the sandbox's own: by header, by
 * the query of a control route, by the client id that asks for a token, or by the mark of a token of a known namespace.
 */
export async function findNamespace(request: Request, isKnown: (name: string) => boolean): Promise<string> {
  const named = request.headers.get(namespaceHeader);
  if (named !== null) return requireNamespaceName(named);
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === '/' || pathname.startsWith('/sandbox')) {
    const queried = searchParams.get(queryName);
    return queried === null ? '' : requireNamespaceName(queried);
  }
  if (pathname === tokenPath && request.method === 'POST') return namespaceOfClient(await request.clone().text());
  const token = searchParams.get('token') ?? /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const [marked, rest] = (token ?? '').split('~', 2);
  return rest !== undefined && marked !== undefined && isKnown(marked) ? marked : '';
}

function namespaceOfClient(body: string): string {
  const parsed = parseJson(body);
  const clientId = isJsonObject(parsed) ? parsed['client_id'] : undefined;
  if (typeof clientId !== 'string' || !clientId.startsWith(prefix)) return '';
  const name = clientId.slice(prefix.length);
  return namePattern.test(name) ? name : '';
}
