import { describe, expect, test } from 'vitest';
// The table of the server half, so that both halves have one rule.
import table from '../../../core/test/fixtures/loopback-hosts.json' with { type: 'json' };
import { isLoopbackHost, safeChallengeUrl } from '../../src/presentation/challenge-url.ts';

describe('the challenge URL', () => {
  test.each(table)('$url: loopback $loopback', ({ url, loopback }) => {
    expect(isLoopbackHost(new URL(url).hostname)).toBe(loopback);
    expect(safeChallengeUrl(url) !== undefined).toBe(loopback);
  });

  test('is offered with https on any host, normalized', () => {
    expect(safeChallengeUrl('https://ACS.example/challenge?id=1')).toBe('https://acs.example/challenge?id=1');
  });

  test.each([
    undefined,
    '',
    'acs.example/challenge',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://acs.example/',
    'http://acs.example/',
    'https://bank.example@evil.example/',
    'https://bank:secret@evil.example/',
    'http://bank@localhost/',
  ])('is not offered: %s', (url) => {
    expect(safeChallengeUrl(url)).toBeUndefined();
  });
});
