/** A state file on disk: one sandbox at a time, replaced atomically. */
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Sandbox } from '../create-sandbox.ts';
import type { SandboxState } from '../state/state.ts';
import { readState, writeState } from '../state/state-file.ts';

// Up to this size the file is written before a response is sent, so that not even a killed process loses what it
// answered. Above it writing would slow every call down.
const maxSynchronousBytes = 4 * 1024 * 1024;
// Share of the time that writing a large file may take.
const writingShare = 0.1;
const minPauseMs = 100;

/** Reads a state file. */
export function readStateFile(file: string): SandboxState {
  try {
    return readState(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Invalid state file: ${file}. ${reason}`, { cause: error });
  }
}

/** A state file that this process alone writes. */
export interface OwnedStateFile {
  readonly state: SandboxState | undefined;
  /** Wraps a sandbox so that what a call changed is written. */
  readonly keep: (sandbox: Sandbox) => Sandbox;
  /** Writes the state and lets another process have the file. */
  readonly close: (sandbox: Sandbox) => void;
}

/**
 * Takes a state file for this process.
 *
 * @throws An Error when the file is no state, or when another running process has it.
 */
export function openStateFile(given: string): OwnedStateFile {
  // The file behind a symbolic link is replaced, not the link.
  const file = existsSync(given) ? realpathSync(given) : given;
  const lock = `${file}.lock`;
  const state = existsSync(file) ? readStateFile(file) : undefined;
  takeLock(lock, given);
  process.once('exit', () => rmSync(lock, { force: true }));

  let size = 0;
  let lastWriteMs = 0;
  const write = (sandbox: Sandbox): void => {
    const startedAtMs = performance.now();
    const text = writeState(sandbox.state);
    // A rename replaces the file atomically, so that a crash never leaves half of one.
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    size = text.length;
    lastWriteMs = performance.now() - startedAtMs;
  };
  // The sandbox continues without the file; the next request retries.
  const writeOrReport = (sandbox: Sandbox): void => {
    try {
      write(sandbox);
    } catch (error) {
      process.stderr.write(`Could not write the state to ${given}: ${error instanceof Error ? error.message : ''}\n`);
    }
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    state,
    keep: (sandbox) => {
      write(sandbox);
      const fetch: Sandbox['fetch'] = async (input, ...rest) => {
        try {
          return await sandbox.fetch(input, ...rest);
        } finally {
          if (size <= maxSynchronousBytes) writeOrReport(sandbox);
          else
            timer ??= setTimeout(
              () => {
                timer = undefined;
                writeOrReport(sandbox);
              },
              Math.max(minPauseMs, lastWriteMs / writingShare),
            );
        }
      };
      return { ...sandbox, fetch };
    },
    close: (sandbox) => {
      clearTimeout(timer);
      write(sandbox);
      rmSync(lock, { force: true });
    },
  };
}

function takeLock(lock: string, given: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = Number(readFileSync(lock, 'utf8'));
      if (isRunning(owner))
        throw new Error(
          `The state file ${given} is in use by process ${owner}. Choose another one, or delete ${lock} if no sandbox uses it.`,
          { cause: error },
        );
      rmSync(lock, { force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  // In a restarted container the new process may have the id of the old one.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
