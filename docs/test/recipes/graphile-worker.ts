/** The graphile-worker recipe on Node, with a PostgreSQL of its own. */

import { startPostgres } from '../../../packages/edge/test/support/databases.ts';
import { node, startProgram } from './programs.ts';
import { recipePath, type StartRecipe } from './runs.ts';

/** Starts the recipe and its PostgreSQL. */
export const onGraphileWorker: StartRecipe = async (pluralUrl) => {
  const postgres = await startPostgres();
  const settings = { DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres.port}/postgres` };
  try {
    const shop = await startProgram(node(recipePath('graphile-worker/server.ts')), settings)(pluralUrl);
    return {
      ...shop,
      async stop() {
        await shop.stop();
        await postgres.dispose();
      },
    };
  } catch (error) {
    await postgres.dispose();
    throw error;
  }
};
