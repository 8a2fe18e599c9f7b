/** The BullMQ recipe on Node, with a Redis of its own. */

import { startRedis } from '../../../packages/edge/test/support/databases.ts';
import { node, startProgram } from './programs.ts';
import { recipePath, type StartRecipe } from './runs.ts';

/** Starts the recipe and its Redis. */
export const onBullmq: StartRecipe = async (pluralUrl) => {
  const redis = await startRedis();
  const settings = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  try {
    const shop = await startProgram(node(recipePath('bullmq/server.ts')), settings)(pluralUrl);
    return {
      ...shop,
      async stop() {
        await shop.stop();
        await redis.dispose();
      },
    };
  } catch (error) {
    await redis.dispose();
    throw error;
  }
};
