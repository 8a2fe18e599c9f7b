/** A network of containers without one: a proxy that alone knows the names of its services, and where they listen. */

import { createServer, request as sendRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** Ports on this machine, by the host and port of a service in the network. */
export type Services = ReadonlyMap<string, number>;

export interface ContainerNetwork {
  /** Environment of a program on Node, for which every name leads into the network. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

/** Opens the network. A request for any other name fails. */
export async function openNetwork(services: Services): Promise<ContainerNetwork> {
  const proxy = createServer((request, response) => {
    const { host, pathname, search } = new URL(request.url ?? '');
    const { method, headers } = request;
    const options = { port: services.get(host) ?? 0, method, path: pathname + search, headers };
    const onward = sendRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  proxy.on('connect', ({ url = '' }, socket, head) => {
    const onward = connect(services.get(url) ?? 0, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: address },
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
