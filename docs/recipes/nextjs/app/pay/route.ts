import { redisShop } from '../../redis-shop.ts';

export const POST = (request: Request): Promise<Response> => redisShop().pay(request);
