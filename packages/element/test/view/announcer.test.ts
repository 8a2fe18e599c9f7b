import { english } from '@plural-otp/flow/presentation';
import type { LitElement } from 'lit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createAnnouncer } from '../../src/view/announcer.ts';
import type { ViewModel } from '../../src/view/view-model.ts';
import { plain, quiet, view } from '../support/screens.ts';

/** The part of a host that the announcer uses; the browser tests have real ones. */
class Host {
  region: { readonly lines: string[]; replaceChildren(...nodes: (string | { textContent: string })[]): void } | null;
  updates = 0;
  constructor() {
    const lines: string[] = [];
    this.region = {
      lines,
      replaceChildren(...nodes) {
        lines.splice(
          0,
          lines.length,
          ...nodes.flatMap((node) => (typeof node === 'string' ? [] : [plain(node.textContent)])),
        );
      },
    };
  }
  get renderRoot(): { querySelector(selector: string): Host['region'] } {
    return { querySelector: (selector) => (selector === '[role=status]' ? this.region : null) };
  }
  requestUpdate(): void {
    this.updates += 1;
  }
}

const shown = (change: Partial<ViewModel>): ViewModel => ({ ...view(), ...quiet, text: '', ...change });

let host: Host;
let announcer: ReturnType<typeof createAnnouncer>;
/** Announces the change between two views, and returns what the region then says. */
function announced(
  now: Partial<ViewModel>,
  before?: Partial<ViewModel>,
  secondsLeft?: number,
  focusedTitle?: string,
): string[] {
  host.region?.replaceChildren();
  announcer.update(shown(now), before && shown(before), english, secondsLeft);
  announcer.flush(focusedTitle);
  return [...(host.region?.lines ?? [])];
}

beforeEach(() => {
  vi.stubGlobal('document', { createElement: (name: string) => ({ name, textContent: '' }) });
  vi.useFakeTimers();
  host = new Host();
  announcer = createAnnouncer(host as unknown as LitElement);
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

describe('a change', () => {
  test('of heading, text, error or note is announced, each as a paragraph, in this order', () => {
    const all = { notice: 'note', error: 'error', text: 'text', title: 'title' };
    expect(announced(all)).toEqual(['title', 'text', 'error', 'note']);
    expect(announced(all, all)).toEqual([]);
    expect(announced({ ...all, error: 'other' }, all)).toEqual(['other']);
    expect(announced({}, all)).toEqual([]);
  });

  test('asks for a rendering, and an empty text for none', () => {
    announcer.announce('');
    expect(host.updates).toBe(0);
    announcer.announce('text');
    expect(host.updates).toBe(1);
  });

  test('is said once: the focus says the heading that it moves to', () => {
    expect(announced({ title: 'title', text: 'text' }, {}, undefined, 'title')).toEqual(['text']);
    announcer.flush(undefined);
    expect(host.region?.lines).toEqual(['text']);
  });

  test('that ends a wait in what was there before is said again, because it is the response', () => {
    expect(announced({ notice: 'note' }, { notice: english.wait })).toEqual(['note']);
    expect(announced({ title: 'title' }, { title: 'title', notice: english.wait })).toEqual(['title']);
    expect(announced({ title: 'title', notice: english.wait }, { title: 'title', notice: english.wait })).toEqual([]);
    expect(announced({ title: 'title' }, { title: 'title' })).toEqual([]);
    // What is new was announced, and nothing twice.
    expect(announced({ title: 'new' }, { title: 'old', notice: english.wait })).toEqual(['new']);
  });

  test('says that the connection is back', () => {
    expect(announced({}, { notice: english.offline })).toEqual([english.online]);
    expect(announced({ notice: english.offline }, { notice: english.offline })).toEqual([]);
    expect(announced({ notice: english.offline }, {})).toEqual([english.offline]);
  });
});

describe('a waiting time', () => {
  const wait = (secondsLeft: number | undefined): string[] => announced({}, {}, secondsLeft);

  test('is announced at its start, its milestones and its end, also where a sleeping device passed several', () => {
    const said = [90, 89, 61, 60, 59, 31, 30, 29, 11, 10, 9, 1, 0].filter((left) => wait(left).length > 0);
    expect(said).toEqual([90, 60, 30, 10, 0]);
    expect(wait(undefined)).toEqual([]);
    expect(wait(45)).toEqual(['You can request a new OTP in 45 seconds.']);
    expect(wait(5)).toEqual(['You can request a new OTP in 5 seconds.']);
    expect(wait(0)).toEqual([english.resendReady]);
    expect(wait(0)).toEqual([]);
  });

  test('that begins again is announced again', () => {
    wait(20);
    expect(wait(20)).toEqual([]);
    expect(wait(25)).toEqual(['You can request a new OTP in 25 seconds.']);
  });

  test('is answered while it lasts, and only then', () => {
    expect(announcer.announceWait(english)).toBe(false);
    wait(20);
    expect(announcer.announceWait(english)).toBe(true);
    announcer.flush(undefined);
    expect(host.region?.lines).toEqual(['You can request a new OTP in 20 seconds.']);
    wait(undefined);
    expect(announcer.announceWait(english)).toBe(false);
  });
});

describe('the region', () => {
  test('is emptied two seconds after the last announcement, and not before', () => {
    announced({ text: 'one' });
    vi.advanceTimersByTime(1500);
    announcer.announce('two');
    announcer.flush(undefined);
    vi.advanceTimersByTime(1999);
    expect(host.region?.lines).toEqual(['two']);
    vi.advanceTimersByTime(1);
    expect(host.region?.lines).toEqual([]);
  });

  test('that is not rendered yet loses what was pending, and nothing fails', () => {
    const { region } = host;
    host.region = null;
    announcer.announce('lost');
    announcer.flush(undefined);
    host.region = region;
    announcer.flush(undefined);
    expect(region?.lines).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has white space between the paragraphs, so that their words do not run together', () => {
    const nodes: unknown[] = [];
    host.region = { lines: [], replaceChildren: (...given) => void nodes.push(...given) };
    announcer.announce('one');
    announcer.announce('two');
    announcer.flush(undefined);
    expect(nodes).toEqual([{ name: 'p', textContent: 'one' }, ' ', { name: 'p', textContent: 'two' }, ' ']);
  });
});
