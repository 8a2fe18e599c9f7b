import { redisShop } from '../../../redis-shop.ts';

const answer = (request: Request): Promise<Response> => redisShop().plural(request);

export { answer as GET, answer as POST, answer as OPTIONS };
