/** A separate process that responds to every request with an order, and to the token call with a token. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const order = JSON.stringify({
  id: 'cus_1',
  object: 'customer',
  data: { order_id: 'o-1', status: 'PROCESSED', order_amount: { value: 1100, currency: 'INR' }, payments: [] },
});
const token = JSON.stringify({ access_token: 'token', expires_in: 3600 });

const server = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json');
  response.end(request.url?.endsWith('/token') === true ? token : order);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
