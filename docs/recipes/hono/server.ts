import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { openSqliteShop } from '../sqlite-shop.ts';

const shop = openSqliteShop();
const app = new Hono();

// `app.mount` would cut `/plural` off the path, and the handler wants to see it.
app.all('/plural/*', ({ req }) => shop.plural(req.raw));
app.post('/pay', ({ req }) => shop.pay(req.raw));
app.get('/thank-you', ({ req }) => shop.thankYou(req.raw));

serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000), hostname: '127.0.0.1' });
