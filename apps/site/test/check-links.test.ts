import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkLinks } from '../build/check-links.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-links-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

test('links to pages, headings, files and other hosts pass', async () => {
  await write(
    'index.html',
    '<a href="guide/#part">x</a><a href="/kit/mark.svg">y</a><a href="https://example.com/">z</a>',
  );
  await write('guide/index.html', '<h2 id="part">x</h2><a href="../">home</a><a href="#part">here</a>');
  await write('mark.svg', '<svg/>');
  expect(checkLinks(folder, '/kit/')).toEqual([]);
});

test.each([
  ['a page that does not exist', '<a href="/kit/gone/">x</a>', 'does not exist'],
  ['a heading that does not exist', '<a href="#gone">x</a>', 'has no "gone"'],
  ['a link that leaves the path of the site', '<a href="/guide/">x</a>', 'leaves /kit/'],
  ['a script of another host', '<script src="https://cdn.example/a.js"></script>', 'loads https://cdn.example/a.js'],
  ['a picture of another host', '<img src="https://cdn.example/a.png">', 'loads https://cdn.example/a.png'],
])('%s is reported', async (_, html, expected) => {
  await write('index.html', html);
  expect(checkLinks(folder, '/kit/')).toEqual([expect.stringContaining(expected)]);
});
