import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest;

test('the demo installs no runtime, compiler or browser driver: its first start stays short', () => {
  const names = Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith('@plural-otp/'));
  expect(names.sort()).toEqual(['esbuild', 'valibot']);
});
