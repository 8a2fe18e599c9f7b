/** Starts a Redis Cluster of three masters on loopback, each with a replica where it is to be killed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { vi } from 'vitest';
import { freePort, redisServer, startRedis, waitOptions, type DatabaseServer } from './databases.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** A running Redis Cluster. */
export interface RedisCluster {
  nodes: DatabaseServer[];
  /** Ports that clients connect to. */
  ports: number[];
  /** Kills the master of a key without a clean shutdown, and returns it. */
  crashMasterOf(key: string): Promise<DatabaseServer>;
  /** Returns the master of a key. */
  findMaster(key: string): Promise<DatabaseServer>;
  /** Resolves once the key has another master than `former`. */
  waitForFailover(key: string, former: DatabaseServer): Promise<void>;
  /** Resolves once every slot has a master that every running node knows of. */
  waitUntilWell(): Promise<void>;
  crash(): Promise<void>;
  start(): Promise<void>;
  dispose(): Promise<void>;
}

/** Path of `redis-cli`, beside the server; `undefined` when this machine has none. */
export const redisCli: string | undefined = [
  ...(redisServer === undefined ? [] : [join(dirname(redisServer), 'redis-cli')]),
  ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'redis-cli')),
].find(existsSync);

/** Milliseconds without a response after which a node counts as failed: more than a store call may take. */
const nodeTimeoutMs = 6000;
const masterCount = 3;

export interface RedisClusterOptions {
  /** Replicas of each master. @default 1 */
  replicas?: number;
  /** Proxy that every client is led through: each node announces a port of it. */
  proxy?: FaultProxy;
}

/** Starts the cluster. */
export async function startRedisCluster({ replicas = 1, proxy }: RedisClusterOptions = {}): Promise<RedisCluster> {
  if (redisCli === undefined) throw new Error('redis-cli is missing: install it next to redis-server');
  const nodes: DatabaseServer[] = [];
  const addresses: string[] = [];
  const announcedPorts: number[] = [];
  for (let at = 0; at < masterCount * (1 + replicas); at += 1) {
    const busPort = await freePort();
    const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeoutMs)];
    const announced = await proxy?.forward(() => nodes[at]?.port ?? 0);
    if (announced !== undefined) {
      settings.push('--cluster-announce-port', String(announced), '--cluster-announce-bus-port', String(busPort));
      announcedPorts.push(announced);
    }
    const node = await startRedis([...settings, '--cluster-port', String(busPort), '--repl-diskless-sync-delay', '0']);
    nodes.push(node);
    addresses.push(`127.0.0.1:${node.port}@${busPort}`);
  }
  const running = new Set(nodes);
  const ask = async <T>(node: DatabaseServer, work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(node.port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  };
  const isWell = async (node: DatabaseServer): Promise<boolean> =>
    /cluster_state:ok[^]*cluster_slots_ok:16384/.test(await ask(node, (client) => client.cluster('INFO')));
  const waitUntilWell = async (): Promise<void> => {
    await vi.waitFor(async () => {
      for (const node of running) if (!(await isWell(node))) throw new Error('the cluster is not well');
    }, waitOptions);
  };
  const findMaster = async (key: string): Promise<DatabaseServer> => {
    const [any] = running;
    if (!any) throw new Error('no node runs');
    const slot = await ask(any, (client) => client.cluster('KEYSLOT', key));
    const ranges = await ask(any, (client) => client.cluster('SLOTS'));
    const [, , [, port] = []] = ranges.find(([first, last]) => first <= slot && slot <= last) ?? [];
    const master = nodes.find((node, at) => (announcedPorts[at] ?? node.port) === port);
    if (!master) throw new Error(`no node has slot ${slot}`);
    return master;
  };
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes'];
  // Not in step with it, because its connections may lead through a proxy of this process.
  await promisify(execFile)(redisCli, create, { timeout: 60_000 });
  await waitUntilWell();
  return {
    nodes,
    ports: announcedPorts.length > 0 ? announcedPorts : nodes.map(({ port }) => port),
    waitUntilWell,
    findMaster,
    async crashMasterOf(key) {
      const master = await findMaster(key);
      running.delete(master);
      await master.crash();
      return master;
    },
    async waitForFailover(key, former) {
      await vi.waitUntil(async () => (await findMaster(key)) !== former, waitOptions);
      await waitUntilWell();
    },
    async crash() {
      running.clear();
      await Promise.all(nodes.map((node) => node.crash()));
    },
    async start() {
      await Promise.all(nodes.map((node) => node.start()));
      for (const node of nodes) running.add(node);
      await waitUntilWell();
    },
    async dispose() {
      await Promise.all(nodes.map((node) => node.dispose()));
    },
  };
}
