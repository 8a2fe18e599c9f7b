/** Serves a sandbox over HTTP. The only module besides `main.ts` that imports Node. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isConnectionReset } from './lib/connection.ts';
import { toListeningOrigin, toUrlHost } from './lib/listening-origin.ts';
import type { Sandbox } from './create-sandbox.ts';

/** Options of {@link listen}. */
export interface ListenOptions {
  /** Address to listen on; `0.0.0.0` for every network interface, as in a container. @default '127.0.0.1' */
  readonly host?: string;
  /**
   * Host names that requests may address, in addition to those of this machine: for example the service name in a
   * container network.
   */
  readonly allowedHosts?: readonly string[];
}

/** An HTTP server with a sandbox. */
export interface ListeningSandbox {
  /** Origin of the server: `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Closes the server and all its connections. */
  close(): Promise<void>;
}

// No call has a body near the first size; a state to import has one.
const maxBodyBytes = 1024 * 1024;
const maxStateBytes = 256 * 1024 * 1024;
// Anything but a host in `Host` would move the path.
const hostPattern = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;
const localHost = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:[^.]+\.)*localhost)$/;

/**
 * Serves a sandbox on 127.0.0.1. Port 0 selects a free one. A request for a host name that is not allowed gets 421: a
 * page of another site whose name was made to resolve to this machine (DNS rebinding) reaches nothing.
 *
 * @throws The error of Node, with code `EADDRINUSE` when the port is in use.
 * @example
 * ```ts
 * import { createSandbox } from '@plural-otp/sandbox';
 * import { listen } from '@plural-otp/sandbox/listen';
 *
 * const server = await listen(createSandbox(), 0);
 * console.log(await (await fetch(`${server.origin}/sandbox/scenarios`)).json());
 * await server.close();
 * ```
 */
export async function listen(
  sandbox: Sandbox,
  port: number,
  { host = '127.0.0.1', allowedHosts = [] }: ListenOptions = {},
): Promise<ListeningSandbox> {
  const allowed = new Set([toUrlHost(host), ...allowedHosts]);
  const isAllowed = (name: string): boolean => localHost.test(name) || allowed.has(name);
  const server = createServer((incoming, outgoing) => void serve(sandbox, isAllowed, incoming, outgoing));
  // A client on a loaded machine may send a write just when an idle connection is closed: its outcome would be unclear.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return { origin: toListeningOrigin(host, actualPort), close: () => closeAll(server) };
}

async function serve(
  sandbox: Sandbox,
  isAllowed: (hostname: string) => boolean,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const clientGone = new AbortController();
  outgoing.once('close', () => clientGone.abort(new DOMException('The client went away', 'AbortError')));
  try {
    const url = toUrl(incoming);
    if (url !== null && !isAllowed(url.hostname)) {
      const { hostname } = url;
      outgoing.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' });
      outgoing.end(`Host ${hostname} is not allowed. Start the sandbox with --allow-host ${hostname} to allow it.\n`);
      return;
    }
    const request = url === null ? null : await toFetchRequest(incoming, url, clientGone.signal);
    if (request === null) {
      outgoing.writeHead(400).end();
      return;
    }
    await writeResponse(await sandbox.fetch(request), outgoing);
  } catch (error) {
    // A reset connection is a scripted fault; any other error is a bug of the sandbox and is printed.
    if (!clientGone.signal.aborted && !isConnectionReset(error)) console.error(error);
    // The part of a body that was sent still arrives; before a body the connection is reset.
    if (outgoing.headersSent) incoming.socket.destroySoon();
    else incoming.socket.resetAndDestroy();
  }
}

/** Returns the URL of a request, or null when `Host` is no host or the target no path. */
function toUrl({ url: path = '', headers }: IncomingMessage): URL | null {
  const { host = '127.0.0.1' } = headers;
  if (!hostPattern.test(host) || !path.startsWith('/')) return null;
  // Joined, not resolved: a target such as `//127.0.0.1/sandbox/` would replace the host that is checked.
  const url = `http://${host}${path}`;
  return URL.canParse(url) ? new URL(url) : null;
}

/** Converts a Node request, or returns null when `fetch` does not allow its method or a header. */
async function toFetchRequest(incoming: IncomingMessage, url: URL, signal: AbortSignal): Promise<Request | null> {
  const chunks: Buffer[] = [];
  const maxBytes = url.pathname === '/sandbox/state' ? maxStateBytes : maxBodyBytes;
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  const method = incoming.method ?? 'GET';
  try {
    const headers = new Headers();
    for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2)
      headers.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '');
    const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks);
    return new Request(url, { method, headers, body, signal });
  } catch {
    return null;
  }
}

async function writeResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  const contentLength = Number(response.headers.get('content-length') ?? Number.NaN);
  let sent = 0;
  for await (const chunk of response.body ?? []) {
    sent += chunk.length;
    outgoing.write(chunk);
  }
  // With fewer bytes than Content-Length, only a closed connection shows the client that no more will come.
  if (sent < contentLength) outgoing.socket?.destroySoon();
  else outgoing.end();
}

function closeAll(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
