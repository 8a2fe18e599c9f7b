/** Parses the container files and starts the sandbox with their options; no container engine is needed. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { createPlural } from '@plural-otp/core';
import { credentials } from '@plural-otp/sandbox';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../support/examples.ts';

interface Service {
  build: string | { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  ports: string[];
  depends_on?: Record<string, { condition: string }>;
}
const read = (name: string): string => readFileSync(join(root, 'docs/recipes/compose', name), 'utf8');

const { services } = parse(read('compose.yaml'), { strict: true }) as { services: Record<string, Service> };
const { sandbox, shop } = services;
const [, entrypoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(read('Containerfile')) ?? [];
const [program, ...fixedOptions] = JSON.parse(entrypoint) as string[];

test('compose.yaml has the sandbox and a shop, published to this machine alone', () => {
  expect(Object.keys(services)).toEqual(['sandbox', 'shop']);
  for (const { ports } of Object.values(services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  }
  expect(sandbox?.build).toEqual({ context: '.', dockerfile: 'Containerfile' });
  expect(shop?.depends_on).toEqual({ sandbox: { condition: 'service_healthy' } });
});

test('the shop has the sandbox’s credentials, and reaches it by the name that the container allows', () => {
  const { PLURAL_BASE_URL: baseUrl = '', ...environment } = shop?.environment ?? {};
  expect(Object.values(environment)).toEqual(
    expect.arrayContaining([
      credentials.clientId,
      credentials.clientSecret,
      credentials.returnSecretKey,
      credentials.webhookSecret,
    ]),
  );
  const insecureHost = fixedOptions[fixedOptions.indexOf('--allow-host') + 1];
  expect(new URL(baseUrl).hostname).toBe(insecureHost);
  expect(createPlural({ environment: { baseUrl, insecureHost }, clientId: 'a', clientSecret: 'b' }).baseUrl).toBe(
    baseUrl,
  );
});

test('the sandbox starts with the options of both files, and answers to its name in the network', async () => {
  expect(program).toBe('plural-sandbox');
  const { bin } = JSON.parse(readFileSync(join(root, 'apps/sandbox/package.json'), 'utf8')) as { bin: object };
  expect(bin).toHaveProperty(program ?? '');
  // On loopback and a free port, in place of the container's own.
  const options = [...fixedOptions, ...(sandbox?.command ?? [])].map((option, index, all) => {
    if (all[index - 1] === '--port') return '0';
    return all[index - 1] === '--host' ? '127.0.0.1' : option;
  });
  const child = spawn(process.execPath, [join(root, 'apps/sandbox/dist/main.js'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, origin] = /^Listening on (.*)$/.exec(line) ?? [];
      if (origin === undefined) continue;
      expect((await fetch(`${origin}/sandbox/health`)).status).toBe(200);
      return;
    }
    throw new Error('the sandbox ended');
  } finally {
    child.kill();
  }
});
