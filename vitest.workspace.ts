import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Unit tests read the source; what ships is tested by the projects that run after a build.
const source: Record<string, string> = {
  '@plural-otp/core/testing': at('packages/core/src/testing.ts'),
  '@plural-otp/core/wire': at('packages/core/src/wire.ts'),
  '@plural-otp/core': at('packages/core/src/index.ts'),
  '@plural-otp/flow/contract/schemas': at('packages/flow/src/contract-schemas.ts'),
  '@plural-otp/flow/contract': at('packages/flow/src/contract.ts'),
  '@plural-otp/flow': at('packages/flow/src/index.ts'),
  '@plural-otp/edge/node': at('packages/edge/src/node.ts'),
  '@plural-otp/edge/stores/sql': at('packages/edge/src/stores/sql.ts'),
  '@plural-otp/edge': at('packages/edge/src/index.ts'),
  '@plural-otp/sandbox': at('apps/sandbox/src/index.ts'),
};

const unit = (name: string, root: string) => ({
  resolve: { alias: source },
  test: { name, root: at(root), include: ['test/**/*.test.ts'], environment: 'node' as const },
});

export default defineConfig({
  test: {
    projects: [
      unit('core', 'packages/core'),
      unit('flow', 'packages/flow'),
      unit('edge', 'packages/edge'),
      unit('sandbox', 'apps/sandbox'),
      {
        test: {
          name: 'e2e',
          root: at('apps/demo-merchant'),
          include: ['test/**/*.e2e.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
