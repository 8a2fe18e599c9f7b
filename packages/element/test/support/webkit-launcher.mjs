import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { webdriverLauncher } from '@web/test-runner-webdriver';

/** Where WebKitGTK's parts are on this machine, or nothing when one is missing. */
export function webkitPaths() {
  const find = (name) =>
    (process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
  const driver = process.env.WEBKIT_DRIVER_PATH ?? find('WebKitWebDriver');
  const xvfb = process.env.XVFB_PATH ?? find('Xvfb');
  const browser = [
    process.env.WEBKIT_BROWSER_PATH,
    '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
    '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
    '/usr/lib/x86_64-linux-gnu/webkitgtk-6.0/MiniBrowser',
  ].find((path) => path && existsSync(path));
  return driver && xvfb && browser ? { driver, xvfb, browser } : undefined;
}

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const listens = (port) =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    }).on('error', () => done(false));
  });

/** A WebKitGTK under its own X server and driver, both ended with this process; `env` holds the system's settings. */
export async function webkitLauncher({ driver, xvfb, browser }, env = {}) {
  const screen = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [display] = await once(screen.stdio[3], 'data');
  const port = await freePort();
  const service = spawn(driver, ['--host=127.0.0.1', `--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, ...env, DISPLAY: `:${String(display).trim()}`, NO_AT_BRIDGE: '1' },
  });
  process.on('exit', () => {
    service.kill();
    screen.kill();
  });
  for (let tries = 0; tries < 200 && !(await listens(port)); tries++) await new Promise((done) => setTimeout(done, 50));
  const launcher = webdriverLauncher({
    hostname: '127.0.0.1',
    port,
    path: '/',
    logLevel: 'error',
    capabilities: {
      browserName: 'MiniBrowser',
      // The driver knows no BiDi, and refuses a session that asks for it.
      'wdio:enforceWebDriverClassic': true,
      'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
    },
  });
  const initialize = launcher.initialize.bind(launcher);
  launcher.initialize = async (config) => {
    await initialize(config);
    launcher.name = 'WebKitGTK';
  };
  return launcher;
}
