import { redisShop } from '../../../redis-shop.ts';

const handle = (request: Request): Promise<Response> => redisShop().plural(request);

export { handle as GET, handle as POST, handle as OPTIONS };
