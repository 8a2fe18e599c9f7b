// Makes a process of tests a build of the next record version, as `node --import`.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const current = /export const recordVersion = (\d+);/;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith('/edge/src/payment/order-record.ts')) return loaded;
    const source = readFileSync(fileURLToPath(url), 'utf8');
    if (!current.test(source)) throw new Error('the record version is not where it was');
    return {
      ...loaded,
      source: source.replace(current, (_, version) => `export const recordVersion = ${Number(version) + 1};`),
    };
  },
});
