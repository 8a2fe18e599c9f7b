import { createPlural, isPluralError } from '@plural-otp/core';
import { createOtpHandler, memoryStore, type OtpHandlerOptions } from '@plural-otp/edge';
import { describe, expect, test } from 'vitest';
import { shopOrigin } from './support/test-shop.ts';

describe('options', () => {
  const plural = createPlural({ environment: 'uat', clientId: 'id', clientSecret: 'secret' });
  const production = createPlural({ environment: 'production', clientId: 'id', clientSecret: 'secret' });
  const good: OtpHandlerOptions = { plural, origin: shopOrigin, store: memoryStore(), onVerdict: false };
  const key = 'A'.repeat(43);

  test('the required options are enough', () => {
    const { returnUrl, webhookUrl } = createOtpHandler(good);
    expect([returnUrl, webhookUrl]).toEqual([`${shopOrigin}/plural/return`, `${shopOrigin}/plural/webhook`]);
  });

  const wrong: [string, Partial<OtpHandlerOptions>, string][] = [
    ['no origin', { origin: [] }, 'origin'],
    ['an origin with a path', { origin: 'https://shop.example/' }, 'origin'],
    ['an http origin', { origin: 'http://shop.example' }, 'origin'],
    ['an origin that is none', { origin: 'shop.example' }, 'origin'],
    ['any origin', { allowedOrigins: ['*'] }, 'allowedOrigins'],
    ['a pattern of origins', { allowedOrigins: ['https://*.shop.example'] }, 'allowedOrigins'],
    ['the origin null', { allowedOrigins: ['null'] }, 'allowedOrigins'],
    ['a base path with a slash at its end', { basePath: '/plural/' }, 'basePath'],
    ['a short key', { sessionKey: 'AAAA' }, 'sessionKey'],
    ['a key of the wrong letters', { sessionKey: `${key.slice(1)}+` }, 'sessionKey'],
    ['no keys', { sessionKey: [] }, 'sessionKey'],
    ['one bad key among good ones', { sessionKey: [key, 'x'] }, 'sessionKey'],
    ['a host with a path', { challengeHosts: ['acs.example/x'] }, 'challengeHosts'],
    ['an empty return secret', { returnSignature: { secretKey: '' } }, 'returnSignature.secretKey'],
    ['a return without a secret', { returnSignature: {} as { secretKey: string } }, 'returnSignature.secretKey'],
    ['an empty webhook secret', { webhook: { secret: ['whsec', ''] } }, 'webhook.secret'],
    ['no webhook secret', { webhook: { secret: [] } }, 'webhook.secret'],
    ['a return page that is no URL', { returnPage: 'https://' }, 'returnPage'],
    ['an onVerdict that is no function', { onVerdict: 'settle' as never }, 'onVerdict'],
    ['a clock that is no function', { now: 0 as never }, 'now'],
    ['timers of which one is missing', { timers: { sleep: () => Promise.resolve() } as never }, 'timers'],
    ['timers that are null', { timers: null as never }, 'timers'],
    ['an onEvent of webhooks that is none', { webhook: { secret: 's', onEvent: {} as never } }, 'webhook.onEvent'],
    ['a pattern given as the one allowed origin', { allowedOrigins: '*' as never }, 'allowedOrigins'],
    ['no tries', { limits: { submits: 0 } }, 'limits.submits'],
    ['half a try', { limits: { submits: 1.5 } }, 'limits.submits'],
    ['too many tries', { limits: { submits: 11 } }, 'limits.submits'],
    ['more time to act than in all', { limits: { activeMinutes: 30, maxMinutes: 20 } }, 'limits.maxMinutes'],
    ['memory in production', { plural: production, store: memoryStore() }, 'store'],
  ];
  test.each(wrong)('%s throws OPTIONS_INVALID with the option’s path', (_what, options, path) => {
    let thrown: unknown;
    try {
      createOtpHandler({ ...good, ...options });
    } catch (error) {
      thrown = error;
    }
    expect(isPluralError(thrown) && thrown.code).toBe('OPTIONS_INVALID');
    expect(isPluralError(thrown) && thrown.issues?.map((issue) => issue.path)).toEqual([path]);
  });

  test('a `maxMinutes` below the default `activeMinutes` shortens the session', () => {
    expect(() => createOtpHandler({ ...good, limits: { maxMinutes: 10 } })).not.toThrow();
  });

  test('a memory store in production is allowed with `singleProcess`', () => {
    expect(() =>
      createOtpHandler({ ...good, plural: production, store: memoryStore({ singleProcess: true }) }),
    ).not.toThrow();
  });

  test('the methods are bound', async () => {
    const { fetch, sweep } = createOtpHandler(good);
    expect((await fetch(new Request(`${shopOrigin}/plural/x`))).status).toBe(404);
    expect(await sweep()).toMatchObject({ checked: 0, delivered: 0, stillOpen: 0, more: false });
  });
});
