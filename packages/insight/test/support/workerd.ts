/** Stores in workerd: D1, and the SQLite of a Durable Object. */

import { Miniflare } from 'miniflare';
import { sqlInsight, type InsightStore } from '../../src/sql.ts';

const script = `
import { DurableObject } from 'cloudflare:workers';
export class Store extends DurableObject {
  query(text, params) { return this.ctx.storage.sql.exec(text, ...params).toArray(); }
}
export default {
  async fetch(request, env) {
    const { target, text, params } = await request.json();
    try {
      if (target === 'd1') return Response.json((await env.DB.prepare(text).bind(...params).all()).results);
      return Response.json(await env.STORE.get(env.STORE.idFromName('insight')).query(text, params));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};`;

let workerd: Miniflare | undefined;

async function open(target: 'd1' | 'object'): Promise<InsightStore> {
  workerd ??= new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    cf: false,
    host: '127.0.0.1',
    d1Databases: ['DB'],
    durableObjects: { STORE: { className: 'Store', useSQLite: true } },
  });
  const url = await workerd.ready;
  return sqlInsight(
    async (text, params) => {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify({ target, text, params }) });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as Record<string, unknown>[];
    },
    { placeholder: '?' },
  );
}

export const openD1 = (): Promise<InsightStore> => open('d1');
export const openDurableObject = (): Promise<InsightStore> => open('object');

export async function stopWorkerd(): Promise<void> {
  await workerd?.dispose();
  workerd = undefined;
}
