import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { detachLit, minifyWhole, renameLitPolicy, shrinkTemplates } from './build/single-file.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds `dist/plural-otp.min.js`: the element, the flow and Lit as one module for a script tag. */
export default defineConfig({
  resolve: {
    alias: {
      '@plural-otp/flow/contract': at('../flow/src/contract.ts'),
      '@plural-otp/flow/presentation': at('../flow/src/presentation/index.ts'),
      '@plural-otp/flow': at('../flow/src/index.ts'),
    },
    conditions: ['production', 'browser', 'default'],
  },
  plugins: [shrinkTemplates(), renameLitPolicy(), detachLit(), minifyWhole()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    // The TypeScript compiler has written to the same folder.
    emptyOutDir: false,
    minify: false,
    lib: { entry: at('src/index.ts'), formats: ['es'], fileName: () => 'plural-otp.min.js' },
  },
});
