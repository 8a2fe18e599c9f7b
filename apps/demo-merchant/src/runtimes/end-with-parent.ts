/**
 * Ends a process of the demo when the demo command is gone, also where no signal told it: preloaded with `--import`. A
 * server that is left behind would hold its port against the next start.
 */

import process from 'node:process';

const checkEveryMs = 500;
const parent = Number(process.env['PARENT_PID']);

if (parent > 0)
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      process.kill(process.pid, 'SIGTERM');
    }
  }, checkEveryMs).unref();
