/** The two halves of the kit in code, cut out of the README's quickstart, which a test runs. */
import { readText } from '../repository/files.ts';

/** Returns the call of `createOtpHandler`, the tag of the component, and the number of lines of the whole file. */
export function readQuickstartParts(): { server: string; page: string; lineCount: number } {
  const readme = readText('README.md');
  const server = /^const otp = createOtpHandler\(\{\n[\s\S]*?^\}\);/m.exec(readme)?.[0];
  const whole = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const tags = [...readme.matchAll(/^(<script type="module" src=.*)$|(<plural-otp endpoint=.*?<\/plural-otp>)/gm)];
  const page = tags.map(([text]) => text).join('\n');
  if (server === undefined || !page.includes('<plural-otp')) {
    throw new Error('README.md has no quickstart with createOtpHandler and <plural-otp>.');
  }
  return { server, page, lineCount: whole.trimEnd().split('\n').length };
}
