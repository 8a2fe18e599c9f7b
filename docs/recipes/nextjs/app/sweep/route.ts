import { redisShop } from '../../redis-shop.ts';

/** Runs the sweep. Vercel's cron sends the secret in the `Authorization` header, and ends a function that takes long. */
export async function GET(request: Request): Promise<Response> {
  const secret = process.env['CRON_SECRET'];
  if (!secret || request.headers.get('authorization') !== `Bearer ${secret}`) {
    return new Response(null, { status: 401 });
  }
  return Response.json(await redisShop().sweep({ budgetMs: 8000 }));
}
