import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isConnectionReset } from './lib/connection.ts';
import type { Sandbox } from './create-sandbox.ts';

/** A sandbox that listens on loopback. */
export interface ListeningSandbox {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  close(): Promise<void>;
}

const maxBodyBytes = 1024 * 1024;

/** Serves the sandbox on 127.0.0.1. Port 0 takes a free one. Rejects when the port is taken. */
export async function listen(sandbox: Sandbox, port: number): Promise<ListeningSandbox> {
  const server = createServer((incoming, outgoing) => void serve(sandbox, incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${taken}`, close: () => closeAll(server) };
}

async function serve(sandbox: Sandbox, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const clientGone = new AbortController();
  outgoing.once('close', () => clientGone.abort(new DOMException('The client went away', 'AbortError')));
  try {
    const request = await toFetchRequest(incoming, clientGone.signal);
    if (request === null) {
      outgoing.writeHead(400).end();
      return;
    }
    await writeResponse(await sandbox.fetch(request), outgoing);
  } catch (error) {
    // A broken connection is what the sandbox was asked for; anything else is a mistake of ours, and is shown.
    if (!clientGone.signal.aborted && !isConnectionReset(error)) console.error(error);
    // What was sent of a body still arrives; without a body the connection is reset.
    if (outgoing.headersSent) incoming.socket.destroySoon();
    else incoming.socket.resetAndDestroy();
  }
}

/** The request, or null when its target, method or a header is none that `fetch` knows. */
async function toFetchRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  const method = incoming.method ?? 'GET';
  try {
    const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? '127.0.0.1'}`);
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
  const promised = Number(response.headers.get('content-length') ?? Number.NaN);
  let sent = 0;
  for await (const chunk of response.body ?? []) {
    sent += chunk.length;
    outgoing.write(chunk);
  }
  // Fewer bytes than promised: only the end of the connection can tell the client.
  if (sent < promised) outgoing.socket?.destroySoon();
  else outgoing.end();
}

function closeAll(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
