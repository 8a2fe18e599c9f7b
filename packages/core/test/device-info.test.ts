import { describe, expect, test } from 'vitest';
import { deviceInfoFrom } from '@plural-otp/core';
import { createPaymentSchema } from '@plural-otp/core/wire';
import * as v from 'valibot';
import samples from './fixtures/guide-samples.json' with { type: 'json' };
import { paymentBody } from './support/plural-stub.ts';

const requestFrom = (headers: Record<string, string> = {}): Request =>
  new Request('https://shop.example/pay', { method: 'POST', headers });
const collected = {
  browser_language: 'hi-IN',
  browser_screen_height: '768',
  browser_screen_width: '1366',
  browser_timezone: '-330',
  browser_window_size: '1366x600',
  browser_screen_color_depth: '24',
  browser_java_enabled_val: 'false',
  browser_javascript_enabled_val: 'true',
  device_channel: 'browser',
};
const guideNames = Object.keys(samples.createPaymentRequest.payments[0]?.device_info ?? {}).sort();

describe('deviceInfoFrom', () => {
  test('combines the request’s headers with the browser’s values, under the guide’s eleven names', () => {
    const info = deviceInfoFrom(requestFrom({ accept: 'text/html', 'user-agent': 'Mozilla/5.0 (Linux)' }), collected);
    expect(info).toEqual({
      ...collected,
      browser_accept_header: 'text/html',
      browser_user_agent: 'Mozilla/5.0 (Linux)',
    });
    expect(Object.keys(info).sort()).toEqual(guideNames);
  });

  test('reads a request of Express, headers of Node, Headers, and nothing at all', () => {
    const headers = { Accept: 'text/html', 'user-agent': 'Mozilla/5.0', 'accept-language': ['ta-IN,ta;q=0.9'] };
    const expected = deviceInfoFrom(
      requestFrom({ accept: 'text/html', 'user-agent': 'Mozilla/5.0', 'accept-language': 'ta-IN,ta;q=0.9' }),
    );
    const express = { method: 'POST', headers, body: {} };
    for (const source of [
      express,
      headers,
      new Headers(requestFrom({ ...headers, 'accept-language': 'ta-IN' }).headers),
    ]) {
      expect(deviceInfoFrom(source)).toEqual(expected);
    }
    expect(deviceInfoFrom({})).toEqual(deviceInfoFrom(requestFrom()));
    expect(deviceInfoFrom({ headers: 'a header of this name' })).toEqual(deviceInfoFrom(requestFrom()));
  });

  test('without scripts: every name is present, scripts are reported as off, and sizes as 0', () => {
    const info = deviceInfoFrom(requestFrom({ 'accept-language': 'ta-IN,ta;q=0.9,en;q=0.8' }));
    expect(Object.keys(info).sort()).toEqual(guideNames);
    expect(info).toMatchObject({
      browser_language: 'ta-IN',
      browser_javascript_enabled_val: 'false',
      browser_screen_width: '0',
      browser_window_size: '0x0',
      browser_accept_header: '*/*',
      browser_user_agent: 'unknown',
    });
  });

  test.each([
    [{ browser_screen_height: '768px' }, 'browser_screen_height', '0'],
    [{ browser_language: 'en\r\nx' }, 'browser_language', 'en'],
    [{ browser_timezone: 'Asia/Kolkata' }, 'browser_timezone', '0'],
    [{ browser_timezone: -330 }, 'browser_timezone', '-330'],
    [{ browser_javascript_enabled_val: true }, 'browser_javascript_enabled_val', 'true'],
    [{ browser_window_size: { x: 1 } }, 'browser_window_size', '0x0'],
    [{ browser_user_agent: 'forged' }, 'browser_user_agent', 'unknown'],
    [{ constructor: 'x', __proto__: { browser_language: 'xx' } }, 'constructor', undefined],
  ])('validates what the browser sends: %j', (sent, name, value) => {
    const info = deviceInfoFrom(requestFrom(), sent) as Record<string, string>;
    expect(Object.hasOwn(info, name) ? info[name] : undefined).toBe(value);
    expect(Object.keys(info).sort()).toEqual(guideNames);
  });

  test.each(Object.entries(collected))('%s is taken as a whole or not at all', (name, value) => {
    const read = (sent: unknown): string | undefined =>
      (deviceInfoFrom(requestFrom(), { [name]: sent }) as Record<string, string>)[name];
    expect(read(value)).toBe(value);
    const absent = read(undefined);
    for (const sent of [`<b>${value}`, `${value}<b>`, '', null, [value], { toString: () => value }])
      expect(read(sent), JSON.stringify(sent)).toBe(absent);
  });

  test.each([
    ['hi', 'hi'],
    ['330', 'en'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['en-a-b-c-d-e-f', 'en-a-b-c-d-e-f'],
    ['en-a-b-c-d-e-f-g', 'en'],
  ])('a language of the browser, %s, is sent as %s', (language, sent) => {
    expect(deviceInfoFrom(requestFrom(), { browser_language: language }).browser_language).toBe(sent);
  });

  test('a time zone east and west of Greenwich is an offset of up to four digits', () => {
    const read = (offset: string): string | undefined =>
      deviceInfoFrom(requestFrom(), { browser_timezone: offset }).browser_timezone;
    expect(['330', '-330', '0', '12345', '--330'].map(read)).toEqual(['330', '-330', '0', '0', '0']);
  });

  test('the language of a header is its first one, without the white space around it', () => {
    const read = (header: string): string | undefined => deviceInfoFrom({ 'accept-language': header }).browser_language;
    expect([' ta-IN ;q=0.9', 'ta,hi', '', ',hi', ';q=1', '*'].map(read)).toEqual([
      'ta-IN',
      'ta',
      'en',
      'en',
      'en',
      'en',
    ]);
  });

  test('headers that are null are none', () => {
    expect(deviceInfoFrom({ headers: null } as never)).toEqual(deviceInfoFrom(requestFrom()));
  });

  test('cuts a header to 2,048 characters', () => {
    const info = deviceInfoFrom(requestFrom({ 'user-agent': 'x'.repeat(5000), accept: 'y'.repeat(5000) }));
    expect([info.browser_user_agent?.length, info.browser_accept_header?.length]).toEqual([2048, 2048]);
  });

  test('returns a device_info that may be sent', () => {
    const payments = paymentBody.payments.map((payment) => ({
      ...payment,
      device_info: deviceInfoFrom(requestFrom(), collected),
    }));
    expect(v.is(createPaymentSchema, { payments })).toBe(true);
  });
});
