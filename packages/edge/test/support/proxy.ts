/** Runs nginx with TLS in front of a test server. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { vi } from 'vitest';
import { nginx, waitOptions } from './databases.ts';

/** A TLS server of the proxy, and the HTTP server it forwards to. */
export interface Site {
  host: string;
  port: number;
  upstreamPort: number;
  /** Additional lines of its `location` block. */
  lines?: readonly string[];
}

/** A running nginx that terminates TLS on loopback with a self-signed certificate. */
export interface TlsProxy {
  /** Lists the requests to a port that were forwarded, in order: `<method> <path>`. */
  forwardedRequests(port: number): string[];
  /** Stops nginx and deletes its files. */
  dispose(): Promise<void>;
}

/**
 * Starts nginx for these sites.
 * @throws {Error} when this machine has no nginx or openssl.
 */
export async function startTlsProxy(sites: readonly Site[]): Promise<TlsProxy> {
  if (nginx === undefined) throw new Error('nginx is missing: install it or set NGINX_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-nginx-'));
  mkdirSync(join(folder, 'temp'));
  createCertificate(
    folder,
    sites.map(({ host }) => host),
  );
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path temp/${of};`);
  const configuration = `
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events {}
http {
  ${temporary.join('\n  ')}
  log_format passed '$server_port $upstream_status $request';
  access_log access.log passed;
  ssl_certificate own.crt;
  ssl_certificate_key own.key;
  ${sites.map(toServerBlock).join('\n  ')}
}
`;
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  const child: ChildProcess = spawn(nginx, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr?.on('data', (text) => (output += String(text)));
  const isUp = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${output}`);
    const socket = connect({ host: '127.0.0.1', port: sites[0]?.port ?? 0, rejectUnauthorized: false });
    const up = await Promise.race([once(socket, 'secureConnect').then(() => true), once(socket, 'close')]).catch(
      () => false,
    );
    socket.destroy();
    return up === true;
  };
  await vi.waitUntil(isUp, waitOptions);
  return {
    forwardedRequests: (port) =>
      readFileSync(join(folder, 'access.log'), 'utf8')
        .split('\n')
        .map((line) => line.split(' '))
        .filter(([at, status]) => at === String(port) && status !== '-')
        .map(([, , method, path]) => `${method} ${path}`),
    async dispose() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const toServerBlock = ({ host, port, upstreamPort: behind, lines = [] }: Site): string => `server {
    listen 127.0.0.1:${port} ssl;
    server_name ${host};
    location / {
      proxy_pass http://127.0.0.1:${behind};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${lines.join('\n      ')}
    }
  }`;

function createCertificate(folder: string, hosts: readonly string[]): void {
  const names = [...new Set(hosts)].map((host) => `DNS:${host}`).join(',');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'own.key'];
  const about = ['-subj', '/CN=plural-otp test', '-addext', `subjectAltName=${names}`, '-days', '2', '-out', 'own.crt'];
  const made = spawnSync(process.env['OPENSSL_PATH'] ?? 'openssl', ['req', '-x509', ...key, ...about], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`openssl failed: ${made.stderr}`);
}
