/** Declarations of the runtimes' globals that the entry files use. */

type FetchLike = (request: Request) => Promise<Response>;
interface ListenAt {
  readonly port: number;
  readonly hostname: string;
}

declare const Deno: {
  serve(at: ListenAt & { onListen(): void }, fetch: FetchLike): { shutdown(): Promise<void> };
};

declare const Bun: {
  serve(options: ListenAt & { idleTimeout: number; fetch: FetchLike }): { stop(): Promise<void> };
};

declare module 'cloudflare:workers' {
  export const env: unknown;
  export function waitUntil(work: Promise<unknown>): void;
}
