import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withMessages } from '../../translations/locale-source.ts';
import { keys, loadTable, localeFile, notes, source, tags } from '../../translations/tables.ts';
import { parseXliff, toXliff } from '../../translations/xliff.ts';

const tables = await Promise.all(tags.map(async (tag) => [tag, await loadTable(tag)] as const));
const textsOf = (table: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(keys.map((key) => [key, table[key] ?? '']));
const hindi = tables.find(([tag]) => tag === 'hi')?.[1] ?? {};
const exported = toXliff(hindi, ['pay']);
/** Returns the exported file with one text replaced, as a translator's tool would. */
const edited = (from: string, to: string): string => {
  expect(exported.split(from), from).toHaveLength(2);
  return exported.replace(from, to);
};

test('every message has a note: what it is, where it stands, and a scene that shows it', () => {
  expect(Object.keys(notes).toSorted()).toEqual([...keys].toSorted());
  const scenes = readFileSync(new URL('../../../element/test/support/scenes.mjs', import.meta.url), 'utf8');
  for (const [key, { kind, place, picture }] of Object.entries(notes)) {
    expect([kind, place].every(Boolean), key).toBe(true);
    expect(scenes, key).toContain(`'${picture}'`);
  }
});

describe.each(tables)('%s', (tag, table) => {
  test('comes back from XLIFF as it went out', () => {
    expect(parseXliff(toXliff(table, []))).toEqual({ tag, messages: textsOf(table), final: [] });
  });

  test('keeps its file when nothing was translated anew', () => {
    const code = readFileSync(localeFile(tag), 'utf8');
    expect(withMessages(code, textsOf(table))).toBe(code);
  });
});

test('a file carries for each message the English, the note, the width and the picture', () => {
  const [unit = ''] = exported.split('\n').filter((line) => line.startsWith('<unit id="pay"'));
  expect(unit).toContain('<source>Pay <ph id="amount" equiv="{amount}" disp="{amount}"/></source>');
  expect(unit).toContain('<target><ph id="amount" equiv="{amount}" disp="{amount}"/> का भुगतान करें</target>');
  for (const category of ['place', 'width', 'picture', 'note']) expect(unit).toContain(`<note category="${category}">`);
  expect(exported).toMatch(
    /<xliff xmlns="urn:oasis:names:tc:xliff:document:2\.0" version="2\.1" srcLang="en-IN" trgLang="hi-IN">/,
  );
});

test('what a native speaker has signed off is final in the file, and comes back as final', () => {
  expect(parseXliff(exported).final).toEqual(['pay']);
});

test('texts with markup and quotes survive, and marks of a translator’s tool are read as their text', () => {
  const told = edited(
    '<target>OTP नहीं मिला?</target>',
    '<target>अभी <mrk id="m1" type="term">OTP</mrk> &lt;b&gt; &amp; \'नहीं\'?</target>',
  );
  const { messages } = parseXliff(told);
  expect(messages['noCodeYet']).toBe("अभी OTP <b> & 'नहीं'?");
  const code = withMessages("const step = {\n  noCodeYet: 'OTP?', // kept\n};\n", {
    noCodeYet: messages['noCodeYet'] ?? '',
  });
  expect(code).toBe("const step = {\n  noCodeYet: 'अभी OTP <b> & \\'नहीं\\'?', // kept\n};\n");
});

test.each([
  [
    'a placeholder that is gone',
    '<target><ph id="amount" equiv="{amount}" disp="{amount}"/> का भुगतान करें',
    '<target>भुगतान करें',
    'pay: the target must have {amount}',
  ],
  ['an empty target', '<target>OTP नहीं मिला?', '<target>', 'noCodeYet: the target is empty'],
  [
    'English that has changed since',
    `<source>${source['noCodeYet']}`,
    '<source>No OTP?',
    'noCodeYet: the English has changed since the export; export again',
  ],
  ['a message that is not there', 'id="noCodeYet"', 'id="noOtpYet"', 'noOtpYet: no message has this id'],
])('%s is refused by name, and nothing of the file is taken', (_what, from, to, fault) => {
  expect(() => parseXliff(edited(from, to))).toThrow(`The file was not imported:\n- ${fault}`);
});

test('what is no XLIFF, and a table without a message, are refused', () => {
  expect(() => parseXliff('<html></html>')).toThrow('no <xliff>');
  expect(() => withMessages('const step = {};', { pay: '' })).toThrow('The table has no message pay');
});
