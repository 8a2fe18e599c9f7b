/** The shop on Express. */

import { toNodeListener } from '@plural-otp/edge/node';
import express from 'express';
import { openSqliteShop } from '../sqlite-shop.ts';

const shop = openSqliteShop();
const app = express();

// Before every body parser, because the signature covers the exact bytes of a webhook.
app.use('/plural', toNodeListener({ fetch: shop.plural }));

app.use(express.json());
app.post('/pay', toNodeListener({ fetch: shop.pay }));
app.get('/thank-you', toNodeListener({ fetch: shop.thankYou }));

// The page with <plural-otp>, and its files.
app.use(express.static('public'));

app.listen(Number(process.env['PORT'] ?? 3000), process.env['HOST'] ?? '127.0.0.1');
