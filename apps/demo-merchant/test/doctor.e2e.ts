import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createCustomer } from './support/customer.ts';
import { freePort } from './support/processes.ts';
import { account, startBrowser, startSandbox, startShop } from './support/running-shop.ts';

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly found: string;
  readonly change?: string;
}

const doctor = fileURLToPath(new URL('../../../packages/doctor/dist/main.js', import.meta.url));

/** Parts of the shop for the doctor: the store in the file that the running shop holds. */
const describeParts = (file: string): string => `
  import { DatabaseSync } from 'node:sqlite';
  import { sqlStore } from '${import.meta.resolve('@plural-otp/edge/stores/sql')}';
  import { createSqliteQuery } from '${new URL('../src/runtimes/sqlite-query.ts', import.meta.url).href}';
  const query = createSqliteQuery(new DatabaseSync(${JSON.stringify(file)}));
  export default { store: sqlStore(query, { placeholder: '?' }) };`;

test('the doctor finds nothing wrong with this shop once somebody has paid, and says why it skipped the rest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [sandboxPort, port] = [await freePort(), await freePort()];
  const sandbox = await startSandbox(sandboxPort, `http://127.0.0.1:${port}/plural/webhook`);
  onTestFinished(async () => void (await sandbox.stop()));
  const data = join(folder, 'shop.sqlite');
  const shop = await startShop(port, { DEMO_DATA: data, PLURAL_BASE_URL: sandbox.origin });
  onTestFinished(async () => void (await shop.stop()));
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const customer = createCustomer(await browser.newPage(), shop.origin);
  await customer.order();
  await customer.pay('pays');
  await customer.enterCode('123456');
  await customer.waitForReceipt();

  await writeFile(join(folder, 'parts.mjs'), describeParts(data));
  const settings = { ...account, SHOP_ORIGIN: shop.origin, PLURAL_ENVIRONMENT: sandbox.origin };
  const args = [doctor, 'doctor', '--url', `${shop.origin}/playground`, '--config', 'parts.mjs', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...settings },
  });
  const findings = JSON.parse(stdout) as Finding[];
  const skipped = findings.filter(({ status }) => status === 'skipped');
  expect(skipped.map(({ check }) => check)).toEqual([
    'captured return',
    'captured webhook',
    'versions',
    'strict transport',
    'onVerdict',
  ]);
  for (const { found } of skipped) expect(found).toMatch(/\w+ .*\.$/);
  const examined = findings.filter((finding) => !skipped.includes(finding));
  expect(examined.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(examined.map(({ check }) => check)).toEqual([
    'settings',
    'environment',
    'TLS',
    'return key',
    'credentials',
    'clock',
    'callback',
    'webhook secret',
    'CSP',
    'integrity',
    'cookies',
    'store',
    'sweep',
    'bank hosts',
    'device info',
  ]);
});
