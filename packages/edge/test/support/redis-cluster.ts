/** Starts a Redis Cluster of three masters with a replica each, on loopback. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import { vi } from 'vitest';
import { freePort, redisServer, startRedis, waitOptions, type DatabaseServer } from './databases.ts';

/** A running Redis Cluster. */
export interface RedisCluster {
  nodes: DatabaseServer[];
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
const nodeCount = 6;

/** Starts the cluster. */
export async function startRedisCluster(): Promise<RedisCluster> {
  if (redisCli === undefined) throw new Error('redis-cli is missing: install it beside redis-server');
  const nodes: DatabaseServer[] = [];
  const addresses: string[] = [];
  for (let at = 0; at < nodeCount; at += 1) {
    const busPort = await freePort();
    const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeoutMs)];
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
    const master = nodes.find((node) => node.port === port);
    if (!master) throw new Error(`no node has slot ${slot}`);
    return master;
  };
  const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'];
  execFileSync(redisCli, create, { timeout: 60_000 });
  await waitUntilWell();
  return {
    nodes,
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
