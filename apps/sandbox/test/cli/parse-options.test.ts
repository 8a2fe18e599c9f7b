import { expect, test } from 'vitest';
import { parseOptions } from '../../src/cli/parse-options.ts';

test.each([
  [['--port', ''], /^Invalid port: \(empty\)/],
  [['--port', 'abc'], /^Invalid port: abc\. /],
  [['--port', '70000'], /^Invalid port: 70000\. /],
  [['--port', '1e3'], /^Invalid port: 1e3\. /],
  [['--port', '0x1200'], /^Invalid port: 0x1200\. /],
  [['--webhook-url', 'shop'], /^Invalid webhook URL: shop\. /],
  [['--webhook-url', 'http://u:p@127.0.0.1/'], /^Invalid webhook URL: it must not have a user name/],
  [['--origin', 'localhost:3001'], /^Invalid origin: localhost:3001\. /],
  [['--origin', 'shop'], /^Invalid origin: shop\. /],
  [['--seed', 'x'], /^Invalid seed: x\. /],
  [['--now', 'tomorrow'], /^Invalid time: tomorrow\. /],
  [['--import', 'a.json', '--state', 'b.json'], /exclude each other/],
])('%j is refused by name', (args, message) => {
  expect(() => parseOptions(args, {})).toThrow(message);
});

test('an empty SANDBOX_PORT is refused as an empty --port is, and --port takes precedence', () => {
  expect(() => parseOptions([], { SANDBOX_PORT: '' })).toThrow('Invalid port: (empty)');
  expect(parseOptions(['--port', '4000'], { SANDBOX_PORT: '4001' })?.port).toBe(4000);
  expect(parseOptions([], { SANDBOX_PORT: '4001' })?.port).toBe(4001);
});

test('--merchant and --checkout-url are settings', () => {
  const args = ['--merchant', 'Tea', '--checkout-url', 'https://tea.test/checkout'];
  expect(parseOptions(args, {})?.sandbox).toEqual({ merchantName: 'Tea', checkoutUrl: 'https://tea.test/checkout' });
});

test('an option that is not given is left to the stored state', () => {
  expect(parseOptions([], {})?.sandbox).toEqual({});
  const args = ['--webhook-url', 'http://a.test/', '--webhook-url', 'http://b.test/', '--freeze', '--lenient'];
  expect(parseOptions(args, {})?.sandbox).toEqual({
    webhookUrl: ['http://a.test/', 'http://b.test/'],
    frozen: true,
    lenient: true,
  });
});
