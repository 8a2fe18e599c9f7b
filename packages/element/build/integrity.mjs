/**
 * Writes `dist/integrity.json`: the `integrity` attribute of each file that a page loads directly. It is the hash of the
 * file itself, which a browser checks after decompression. Next to each file is its `.br`, for servers that send files.
 */

import { createHash } from 'node:crypto';
import { copyFile, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
await copyFile(new URL('../src/plural-otp.css', import.meta.url), new URL('plural-otp.css', dist));
await cp(new URL('../themes/', import.meta.url), new URL('themes/', dist), { recursive: true });

const names = await readdir(dist, { recursive: true });
const shipped = names.filter((name) => /(?:\.min\.js|\.css|^marks\.js|^locale(?:s\/.*)?\.js)$/.test(name)).sort();
const entries = await Promise.all(
  shipped.map(async (name) => {
    const content = await readFile(new URL(name, dist));
    await writeFile(new URL(`${name}.br`, dist), brotliCompressSync(content));
    const digest = createHash('sha384').update(content).digest('base64');
    return [name, `sha384-${digest}`];
  }),
);
await writeFile(new URL('integrity.json', dist), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
