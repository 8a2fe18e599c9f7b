/** Launches WebKitGTK for the test runner, which has no launcher of its own for it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { webdriverLauncher } from '@web/test-runner-webdriver';

/** Returns the paths of WebKitGTK's programs on this machine, or `undefined` when one is missing. */
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

/** Longer than any page of tests runs. */
const commandTimeoutMs = 900_000;

const getFreePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const isListening = (port) =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    }).on('error', () => done(false));
  });

/** Creates a launcher with a separate X server and driver, which end with this process; `env` sets system settings. */
export async function webkitLauncher({ driver, xvfb, browser }, env = {}) {
  const screen = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [display] = await once(screen.stdio[3], 'data');
  const port = await getFreePort();
  const service = spawn(driver, ['--host=127.0.0.1', `--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, ...env, DISPLAY: `:${String(display).trim()}`, NO_AT_BRIDGE: '1' },
  });
  process.on('exit', () => {
    service.kill();
    screen.kill();
  });
  for (let tries = 0; tries < 200 && !(await isListening(port)); tries++)
    await new Promise((done) => setTimeout(done, 50));
  const launcher = webdriverLauncher({
    hostname: '127.0.0.1',
    port,
    path: '/',
    logLevel: 'error',
    // A command without a response in this time is sent again: a page would load twice, and keys be typed twice.
    connectionRetryTimeout: commandTimeoutMs,
    capabilities: {
      browserName: 'MiniBrowser',
      // The runner waits for the page itself, so a load event that the driver misses ends nothing.
      pageLoadStrategy: 'none',
      // The driver does not support BiDi, and rejects a session that requests it.
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
