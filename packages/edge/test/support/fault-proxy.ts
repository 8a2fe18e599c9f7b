import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { landmark } from './test-shop.ts';

/** Stands on the wire between a client and an engine: lets through, holds back, or loses an answer. */
export class FaultProxy {
  /** Where the engine listens. */
  target: number;
  port = 0;
  #server: Server;
  #sockets = new Set<Socket>();
  #held: (() => void)[] | undefined;
  #reached = landmark();
  #losing = false;

  constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => this.#pass(client));
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** From now on nothing reaches the engine; `stuck` resolves when something wanted to. */
  hold(): void {
    this.#held ??= [];
    this.#reached = landmark();
  }
  get holding(): boolean {
    return this.#held !== undefined;
  }
  get stuck(): Promise<void> {
    return this.#reached.reached;
  }
  /** What was held back reaches the engine late, in the order it came. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const send of held) send();
  }

  /** What the engine answers next is lost with its connection. */
  loseNextAnswer(): void {
    this.#losing = true;
  }

  #pass(client: Socket): void {
    const engine = connect(this.target, '127.0.0.1');
    for (const socket of [client, engine]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => this.#sockets.delete(socket));
    }
    const toEngine = (work: () => void): void => {
      if (!this.#held) return work();
      this.#held.push(work);
      this.#reached.reach();
    };
    client.on('data', (bytes) => toEngine(() => void (engine.writable && engine.write(bytes))));
    client.on('end', () => toEngine(() => engine.end()));
    client.on('error', () => client.destroy());
    client.on('close', () => toEngine(() => engine.end()));
    engine.on('data', (bytes) => {
      if (this.#losing) {
        this.#losing = false;
        client.destroy();
      } else if (client.writable) client.write(bytes);
    });
    engine.on('error', () => client.destroy());
    engine.on('close', () => client.destroy());
  }
}
