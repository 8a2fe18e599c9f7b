/** The shop on Hono. */

import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { openSqliteShop } from '../sqlite-shop.ts';

const shop = openSqliteShop();
const app = new Hono();

// `app.mount` would strip `/plural` from the path, but the handler needs the whole path.
app.all('/plural/*', ({ req }) => shop.plural(req.raw));
app.post('/pay', ({ req }) => shop.pay(req.raw));
app.get('/thank-you', ({ req }) => shop.thankYou(req.raw));

// The page with <plural-otp>, and its files.
app.use(serveStatic({ root: 'public' }));

serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000), hostname: process.env['HOST'] ?? '127.0.0.1' });
