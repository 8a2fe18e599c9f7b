/** A TCP proxy between a store's client and its database servers that tests delays and lost responses. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { deferred } from './test-shop.ts';

/** Forwards connections to database servers, holds back what the client sends, or drops a response. */
export class FaultProxy {
  /** Port of the database server; assign the new one after a restart. */
  target: number;
  /** Port of the proxy, once `listen` has resolved. */
  port = 0;
  #server: Server;
  #further: Server[] = [];
  #sockets = new Set<Socket>();
  #held: (() => void)[] | undefined;
  #blocked = deferred();
  #dropsNext = false;

  constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => this.#pass(client, this.target));
  }

  /** Starts to listen on a free loopback port. */
  async listen(): Promise<this> {
    this.port = await listenOnLoopback(this.#server);
    return this;
  }

  /** Forwards to one more server, under the same faults. Resolves to the port for it. */
  forward(target: () => number): Promise<number> {
    const server = createServer((client) => this.#pass(client, target()));
    this.#further.push(server);
    return listenOnLoopback(server);
  }

  /** Ends every connection and stops to listen. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#server, ...this.#further]) server.close();
  }

  /** Holds back everything clients send until `release`. */
  hold(): void {
    this.#held ??= [];
    this.#blocked = deferred();
  }
  /** Whether `hold` is in force. */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }
  /** Resolves once something was held back. */
  get blocked(): Promise<void> {
    return this.#blocked.promise;
  }
  /** Sends what was held back, in the order it came. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  /** Closes the connection in place of the server's next response. */
  dropNextResponse(): void {
    this.#dropsNext = true;
  }

  #pass(client: Socket, target: number): void {
    const server = connect(target, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => this.#sockets.delete(socket));
    }
    const sendToServer = (work: () => void): void => {
      if (!this.#held) return work();
      this.#held.push(work);
      this.#blocked.resolve();
    };
    client.on('data', (bytes) => sendToServer(() => void (server.writable && server.write(bytes))));
    client.on('end', () => sendToServer(() => server.end()));
    client.on('error', () => client.destroy());
    client.on('close', () => sendToServer(() => server.end()));
    server.on('data', (bytes) => {
      if (this.#dropsNext) {
        this.#dropsNext = false;
        client.destroy();
      } else if (client.writable) client.write(bytes);
    });
    server.on('error', () => client.destroy());
    server.on('close', () => client.destroy());
  }
}

async function listenOnLoopback(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
