/** The shop on Fastify. */

import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import { toNodeListener, type FetchHandler } from '@plural-otp/edge/node';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { openSqliteShop } from '../sqlite-shop.ts';

const shop = openSqliteShop();
const app = fastify();

/** Adapts a fetch handler to a Fastify route. */
function toRoute(handler: FetchHandler): (request: FastifyRequest, reply: FastifyReply) => void {
  const listener = toNodeListener(handler);
  return ({ raw }, reply) => {
    reply.hijack();
    listener(raw, reply.raw);
  };
}

// A separate scope, so that the rest of the app keeps its parsers.
await app.register(async (scope) => {
  // The handler reads the body itself. By default Fastify parses JSON and rejects the form of a return with 415.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  scope.all('/plural/*', toRoute({ fetch: shop.plural }));
  scope.post('/pay', toRoute({ fetch: shop.pay }));
  scope.get('/thank-you', toRoute({ fetch: shop.thankYou }));
});

// The page with <plural-otp>, and its files.
await app.register(fastifyStatic, { root: resolve('public') });

await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: process.env['HOST'] ?? '127.0.0.1' });
