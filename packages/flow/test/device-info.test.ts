import { afterEach, expect, test, vi } from 'vitest';
import { collectDeviceInfo } from '../src/index.ts';

afterEach(() => void vi.unstubAllGlobals());

function onAPhone(colorDepth = 24): Record<string, string> {
  vi.stubGlobal('screen', { width: 360, height: 800, colorDepth });
  vi.stubGlobal('navigator', { userAgent: 'Phone/1', language: 'hi-IN' });
  vi.stubGlobal('innerWidth', 360);
  vi.stubGlobal('innerHeight', 640);
  vi.stubGlobal(
    'Date',
    class extends Date {
      override getTimezoneOffset(): number {
        return -330;
      }
    },
  );
  return collectDeviceInfo();
}

test("in a page returns the guide's members as strings, without the accept header", () => {
  expect(onAPhone()).toEqual({
    browser_user_agent: 'Phone/1',
    browser_language: 'hi-IN',
    browser_screen_height: '800',
    browser_screen_width: '360',
    browser_timezone: '-330',
    browser_window_size: '360x640',
    browser_screen_color_depth: '24',
    browser_java_enabled_val: 'false',
    browser_javascript_enabled_val: 'true',
    device_channel: 'browser',
  });
});

test.each([
  [30, '24'],
  [24, '24'],
  [32, '32'],
])('a screen of %i bits is reported as %s', (depth, reported) => {
  expect(onAPhone(depth)['browser_screen_color_depth']).toBe(reported);
});

test('returns an empty object outside a page', () => {
  expect(collectDeviceInfo()).toEqual({});
});
