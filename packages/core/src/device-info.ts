/** Builds the `device_info` of a payment from the request's headers and what the browser collected. */

import { getHeader, type HeaderSource } from './lib/get-header.ts';
import { omitUndefined } from './lib/omit-undefined.ts';
import type { DeviceInfo } from './wire/payment-request.ts';

/** Properties that `collectDeviceInfo` collected in the browser; anything else is ignored. */
export type CollectedDeviceInfo = Readonly<Record<string, unknown>>;

// Describes a browser without scripts: 0 stands for a size that is unknown.
const scriptlessDefaults = {
  browser_language: 'en',
  browser_screen_height: '0',
  browser_screen_width: '0',
  browser_timezone: '0',
  browser_window_size: '0x0',
  browser_screen_color_depth: '0',
  browser_java_enabled_val: 'false',
  browser_javascript_enabled_val: 'false',
  device_channel: 'browser',
} as const satisfies DeviceInfo;

type CollectedName = keyof typeof scriptlessDefaults;

const patterns: Readonly<Record<CollectedName, RegExp>> = {
  browser_language: /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,6}$/,
  browser_screen_height: /^\d{1,6}$/,
  browser_screen_width: /^\d{1,6}$/,
  browser_timezone: /^-?\d{1,4}$/,
  browser_window_size: /^\d{1,6}x\d{1,6}$/,
  browser_screen_color_depth: /^\d{1,3}$/,
  browser_java_enabled_val: /^(?:true|false)$/,
  browser_javascript_enabled_val: /^(?:true|false)$/,
  device_channel: /^[A-Za-z]{1,20}$/,
};

// Longer headers are legal, but some card networks reject them.
const maxHeaderLength = 2048;

/** A request of any server library, or its headers alone. */
export type DeviceInfoSource = { readonly headers: HeaderSource } | HeaderSource;

function readHeader(source: DeviceInfoSource, name: string): string {
  const headers: unknown = Reflect.get(source, 'headers');
  const isRequest = typeof headers === 'object' && headers !== null && !Array.isArray(headers);
  return (getHeader((isRequest ? headers : source) as HeaderSource, name) ?? '').slice(0, maxHeaderLength);
}

function preferredLanguage(source: DeviceInfoSource): string | undefined {
  const first = readHeader(source, 'accept-language').split(',')[0]?.split(';')[0]?.trim() ?? '';
  return patterns.browser_language.test(first) ? first : undefined;
}

/**
 * Builds the `device_info` of a payment whose customer sent a request: a fetch `Request`, one of Node, Express or
 * Fastify, or the headers alone.
 *
 * Accept header and user agent come from the request, the rest from what the browser collected. A member that was not
 * collected, or does not have the form that Plural's guide shows, gets the value of a browser without scripts.
 *
 * [source: otp-guide]
 *
 * @example
 * ```ts
 * import { deviceInfoFrom, type PaymentRequest } from '@plural-otp/core';
 *
 * export async function withDeviceInfo(request: Request, payment: PaymentRequest): Promise<PaymentRequest> {
 *   const form = await request.formData();
 *   const collected = JSON.parse(String(form.get('device') ?? '{}')) as Record<string, unknown>;
 *   return { ...payment, device_info: deviceInfoFrom(request, collected) };
 * }
 * ```
 */
export function deviceInfoFrom(source: DeviceInfoSource, collected?: CollectedDeviceInfo): DeviceInfo {
  const info: Record<string, string> = {
    browser_accept_header: readHeader(source, 'accept') || '*/*',
    browser_user_agent: readHeader(source, 'user-agent') || 'unknown',
    ...scriptlessDefaults,
    ...omitUndefined({ browser_language: preferredLanguage(source) }),
  };
  for (const [name, pattern] of Object.entries(patterns)) {
    const value = collected?.[name];
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text === 'string' && pattern.test(text)) info[name] = text;
  }
  return info;
}
