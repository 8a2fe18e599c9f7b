/** The platforms that a shop can be made for. */

/** Name of a platform on the command line. */
export type PlatformName = 'express' | 'fastify' | 'hono' | 'nextjs' | 'workers' | 'deno' | 'bun' | 'php' | 'python';

/** A platform: its recipe, and what runs it. */
export interface Platform {
  /** Name on the command line. */
  readonly name: PlatformName;
  /** Name for people. */
  readonly title: string;
  readonly hint: string;
  /** Name of the recipe on docs/recipes.md. */
  readonly recipe: string;
  /** Program that has to be on the path, and its lowest major version. */
  readonly needs: { readonly program: string; readonly major: number };
}

const node = { program: 'node', major: 24 } as const;

/** Every platform, in the order in which they are offered. */
export const platforms: readonly Platform[] = [
  { name: 'express', title: 'Express', hint: 'Node, SQLite', recipe: 'express', needs: node },
  { name: 'fastify', title: 'Fastify', hint: 'Node, SQLite', recipe: 'fastify', needs: node },
  { name: 'hono', title: 'Hono', hint: 'Node, SQLite', recipe: 'hono', needs: node },
  {
    name: 'nextjs',
    title: 'Next.js',
    hint: 'Redis over HTTP; memory next to the sandbox',
    recipe: 'nextjs',
    needs: { program: 'node', major: 22 },
  },
  {
    name: 'workers',
    title: 'Cloudflare Workers',
    hint: 'Durable Objects, D1',
    recipe: 'cloudflare-workers',
    needs: { program: 'node', major: 22 },
  },
  {
    name: 'deno',
    title: 'Deno',
    hint: 'Deno KV',
    recipe: 'deno-deploy',
    needs: { program: 'deno', major: 2 },
  },
  { name: 'bun', title: 'Bun', hint: 'SQLite', recipe: 'bun', needs: { program: 'bun', major: 1 } },
  { name: 'php', title: 'PHP', hint: 'no framework, SQLite', recipe: 'php', needs: { program: 'php', major: 8 } },
  {
    name: 'python',
    title: 'Python',
    hint: 'standard library, SQLite',
    recipe: 'python',
    needs: { program: 'python3', major: 3 },
  },
];

/** Finds a platform by its name. */
export const findPlatform = (name: string): Platform | undefined =>
  platforms.find((platform) => platform.name === name);
