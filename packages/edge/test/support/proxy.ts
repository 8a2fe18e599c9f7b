import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { vi } from 'vitest';
import { nginx, patience } from './databases.ts';

/** One TLS server of the proxy, and the plain server behind it. */
export interface Site {
  host: string;
  port: number;
  behind: number;
  /** Further lines of its configuration. */
  lines?: readonly string[];
}

/** An nginx that ends TLS for some sites on loopback, with a certificate nobody signed. */
export interface Proxy {
  /** What was asked for at a port and went on to the server behind it, in order: `<method> <path>`. */
  passedOn(port: number): string[];
  end(): Promise<void>;
}

export async function startProxy(sites: readonly Site[]): Promise<Proxy> {
  if (nginx === undefined) throw new Error('nginx is missing: install it or set NGINX_PATH');
  const folder = mkdtempSync(join(tmpdir(), 'plural-otp-nginx-'));
  mkdirSync(join(folder, 'temp'));
  makeCertificate(
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
  ${sites.map(serverOf).join('\n  ')}
}
`;
  writeFileSync(join(folder, 'nginx.conf'), configuration);
  const child: ChildProcess = spawn(nginx, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr?.on('data', (text) => (told += String(text)));
  const isUp = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${told}`);
    const socket = connect({ host: '127.0.0.1', port: sites[0]?.port ?? 0, rejectUnauthorized: false });
    const up = await Promise.race([once(socket, 'secureConnect').then(() => true), once(socket, 'close')]).catch(
      () => false,
    );
    socket.destroy();
    return up === true;
  };
  await vi.waitUntil(isUp, patience);
  return {
    passedOn: (port) =>
      readFileSync(join(folder, 'access.log'), 'utf8')
        .split('\n')
        .map((line) => line.split(' '))
        .filter(([at, status]) => at === String(port) && status !== '-')
        .map(([, , method, path]) => `${method} ${path}`),
    async end() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const serverOf = ({ host, port, behind, lines = [] }: Site): string => `server {
    listen 127.0.0.1:${port} ssl;
    server_name ${host};
    location / {
      proxy_pass http://127.0.0.1:${behind};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      ${lines.join('\n      ')}
    }
  }`;

function makeCertificate(folder: string, hosts: readonly string[]): void {
  const names = [...new Set(hosts)].map((host) => `DNS:${host}`).join(',');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'own.key'];
  const about = ['-subj', '/CN=plural-otp test', '-addext', `subjectAltName=${names}`, '-days', '2', '-out', 'own.crt'];
  const made = spawnSync(process.env['OPENSSL_PATH'] ?? 'openssl', ['req', '-x509', ...key, ...about], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`);
}
