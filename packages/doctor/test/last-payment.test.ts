import { expect, test } from 'vitest';
import { device, examine, find, open, payAt } from './support/examination.ts';

test('a bank’s page at a host that the handler does not allow is found, until it is listed', async () => {
  const shop = await open({ bankOrigin: 'https://acs.bank.example' });
  await payAt(shop, device);
  expect(find(await examine(shop), 'bank hosts')).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(/is at acs\.bank\.example, which the handler does not allow/),
    change: expect.stringMatching(/Add 'acs\.bank\.example' to challengeHosts/),
  });
  const listed = await examine(shop, { parts: { challengeHosts: ['acs.bank.example'] } });
  expect(find(listed, 'bank hosts')).toMatchObject({ status: 'ok' });
});

test('a payment without device_info is found', async () => {
  const shop = await open();
  // The sandbox rejects it, as Plural does, and remembers what it was asked.
  await payAt(shop).catch(() => undefined);
  expect(find(await examine(shop), 'device info')).toMatchObject({
    status: 'problem',
    found: expect.stringMatching(/has no device_info/),
    change: expect.stringMatching(/collectDeviceInfo/),
  });
});

test('while nobody has paid, hosts and device are skipped, and it says how to have them checked', async () => {
  const findings = await examine(await open());
  for (const check of ['bank hosts', 'device info'])
    expect(find(findings, check)).toMatchObject({ status: 'skipped', change: expect.stringMatching(/Pay once/) });
});
