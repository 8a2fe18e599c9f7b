import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { CardDetails } from '@plural-otp/core';
import type { OtpHandler, StartedPayment } from '@plural-otp/edge';
import type { PaymentView } from '@plural-otp/flow/contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { examples, root } from './support/examples.ts';

const folder = join(root, 'docs/.readme');
const server = examples().find(({ where, language }) => where.startsWith('README.md') && language === 'ts');
let sandbox: ChildProcess;
let baseUrl: string;

beforeAll(async () => {
  sandbox = spawn(process.execPath, [join(root, 'apps/sandbox/dist/main.js'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!sandbox.stdout) throw new Error('the sandbox was started without its output');
  for await (const line of createInterface({ input: sandbox.stdout })) {
    const [, origin] = /^Listening on (\S+)/.exec(line) ?? [];
    if (origin) {
      baseUrl = origin;
      break;
    }
  }
  mkdirSync(folder, { recursive: true });
});
afterAll(() => {
  sandbox.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('the README server takes a payment from order to verdict, as it stands there', async () => {
  expect(server?.code).toContain('http://127.0.0.1:3001');
  const file = join(folder, 'server.ts');
  writeFileSync(file, server?.code.replace('http://127.0.0.1:3001', baseUrl) ?? '');
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { otp, pay } = (await import(pathToFileURL(file).href)) as {
    otp: OtpHandler;
    pay(request: Request, cart: string, paise: number, card: CardDetails): Promise<StartedPayment['client']>;
  };

  const card = {
    name: 'Test Card',
    card_number: '4012001037141112',
    cvv: '123',
    expiry_month: '12',
    expiry_year: '2030',
  };
  const pressed = new Request('http://127.0.0.1:3000/pay', { method: 'POST', headers: { accept: '*/*' } });
  const client = await pay(pressed, 'cart-1042', 110_000, card);
  expect((await pay(pressed, 'cart-1042', 110_000, card)).view.reference).toBe(client.view.reference);
  const post = async (route: string, body: object): Promise<PaymentView> => {
    const request = new Request(`http://127.0.0.1:3000/plural/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:3000' },
      body: JSON.stringify({ session: client.session, idempotencyKey: crypto.randomUUID(), ...body }),
    });
    return (await (await otp.fetch(request)).json()) as PaymentView;
  };
  expect((await post('otp/generate', {})).phase).toBe('awaitingOtp');
  expect((await post('otp/submit', { otp: '123456' })).phase).toBe('confirming');
  await vi.waitFor(
    async () => expect((await post('payment', { idempotencyKey: undefined })).phase).toBe('authorized'),
    5_000,
  );
  await vi.waitFor(() => expect(log).toHaveBeenCalledWith('paid', 'cart-1042'));
  log.mockRestore();
});
