/** The generated tables of `docs/sandbox.md`. */
import { amountDeclines, faultDefinitions, scenarios, settingDefinitions, type Settings } from '../../src/index.ts';
/** The generated tables of `docs/sandbox.md`. */
import { allowedValues, settingNames } from '../../src/state/settings.ts';

/** The tables by name, generated from the code they describe. */
const tables: Readonly<Record<string, string>> = {
  cards: table(
    ['Card number', 'Name', 'Network, issuer, type', 'Native OTP', '`resend_after`', 'What happens'],
    scenarios.map(({ number, title, network, issuer, type, behaviour, description }) => [
      `\`${number}\``,
      title,
      `${network}, ${issuer}, ${type.toLowerCase()}`,
      behaviour.nativeOtp ? 'yes' : 'no',
      `"${behaviour.resendAfterSeconds}"`,
      description,
    ]),
  ),
  amounts: table(
    ['Last two digits (paise)', '`error_detail.code`'],
    amountDeclines.map(({ paise, code }) => [String(paise).padStart(2, '0'), `\`${code}\``]),
  ),
  settings: table(
    ['Setting', 'Allowed', 'Default', 'Effect'],
    settingNames.map((name: keyof Settings) => [
      `\`${name}\``,
      allowedValues(name),
      settingDefinitions[name].defaultValue === '' ? 'none' : `\`${settingDefinitions[name].defaultValue}\``,
      settingDefinitions[name].description,
    ]),
  ),
  faults: table(
    ['`fault`', 'Takes effect first', 'What the client sees'],
    Object.entries(faultDefinitions).map(([name, row]) => [
      `\`${name}\``,
      row.takesEffect ? 'yes' : 'no',
      row.description,
    ]),
  ),
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Replaces each table of the page between its markers. Throws when a marker is missing. */
export function withTables(page: string): string {
  return Object.entries(tables).reduce((text, [name, rows]) => {
    const [start, end] = [`<!-- ${name}: generated from the code -->\n`, `\n<!-- /${name} -->`];
    const from = text.indexOf(start);
    const to = text.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`docs/sandbox.md has no markers for the table "${name}".`);
    return text.slice(0, from + start.length) + rows + text.slice(to);
  }, page);
}
