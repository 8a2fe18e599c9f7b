/** A certificate that this machine signs itself, made by OpenSSL. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Key and certificate in PEM, and the file of the certificate. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly file: string;
}

/** Creates a certificate for a host name, which ends with the test. */
export function createCertificate(host = 'localhost'): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-certificate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'own.crt');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'own.key'];
  const about = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-days', '2', '-out', file];
  const program = process.env['OPENSSL_PATH'] ?? 'openssl';
  const made = spawnSync(program, ['req', '-x509', ...key, ...about], { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${program} failed: ${made.stderr}`);
  return { key: readFileSync(join(folder, 'own.key'), 'utf8'), cert: readFileSync(file, 'utf8'), file };
}
