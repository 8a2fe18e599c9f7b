import { redisShop } from '../../redis-shop.ts';

export const GET = (request: Request): Promise<Response> => redisShop().thankYou(request);
