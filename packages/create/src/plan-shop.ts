/** Decides which files a shop has and what they hold. Pure: it writes nothing. */

import { runScript, type PackageManager } from './package-manager.ts';
import type { Platform } from './platforms.ts';
import type { Template, Templates } from './templates.ts';

/** Choices for a shop. */
export interface ShopChoices {
  readonly platform: Platform;
  readonly packageManager: PackageManager;
  /** Name of the package, and of the folder. */
  readonly name: string;
  /** Port of the shop. */
  readonly port: number;
  /** Port of the sandbox. */
  readonly sandboxPort: number;
}

/** Files of a shop and what makes it run. */
export interface ShopPlan {
  /** Text of each file, by its path in the shop. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands that install and prepare the shop, in order. */
  readonly install: readonly string[];
  /** Command that starts shop and sandbox. */
  readonly dev: string;
  /** Command that checks the shop while it runs. */
  readonly doctor: string;
  /** Command that checks what can be checked before it runs. */
  readonly firstCheck: string;
}

/** Plans a shop for a platform. */
export function planShop(choices: ShopChoices, { recipes, sources }: Templates): ShopPlan {
  const template = recipes[choices.platform.recipe];
  if (!template) throw new Error(`No template for ${choices.platform.name}: build the package again.`);
  const copied = Object.entries(template.files).map(([path, source]): [string, string] => {
    const text = sources[source] ?? '';
    return [path, path === template.settingsFile ? withPorts(text, choices) : text];
  });
  const files: Record<string, string> = Object.fromEntries(copied);
  const isDeno = choices.platform.name === 'deno';
  const run = (script: string): string => (isDeno ? `deno task ${script}` : runScript(choices.packageManager, script));
  const scripts = toScripts(template, choices, run);
  if (isDeno) files['deno.json'] = denoFile(files['deno.json'] ?? '{}', scripts, template);
  else files['package.json'] = packageFile(template, choices, scripts);
  files['.gitignore'] = ignored;
  // The lines copy files out of node_modules, which Yarn makes only when it is told to.
  if (choices.packageManager === 'yarn') files['.yarnrc.yml'] = 'nodeLinker: node-modules\n';
  files['README.md'] = readme(choices, template, run);
  const install = [isDeno ? 'deno install' : `${choices.packageManager} install`, run('setup')];
  return { files, install, dev: run('dev'), doctor: run('doctor'), firstCheck: run('doctor:settings') };
}

/** Secrets, data and what is installed stay out of the repository. */
const ignored = ['node_modules/', '.env', '.dev.vars', '.wrangler/', '.next/', '*.sqlite*', ''].join('\n');

function withPorts(settings: string, { port, sandboxPort }: ShopChoices): string {
  const moved = settings
    .replace('http://127.0.0.1:3000', `http://127.0.0.1:${port}`)
    .replace('http://127.0.0.1:3001', `http://127.0.0.1:${sandboxPort}`);
  return `${moved}PORT=${port}\n`;
}

type Scripts = Readonly<Record<'setup' | 'shop' | 'dev' | 'doctor' | 'doctor:settings', string>>;

function toScripts(template: Template, choices: ShopChoices, run: (script: string) => string): Scripts {
  const { port, sandboxPort } = choices;
  const isDeno = choices.platform.name === 'deno';
  const sandbox = isDeno ? 'deno run --allow-all npm:@plural-otp/sandbox' : 'plural-sandbox';
  const doctor = `${isDeno ? 'deno run --allow-all npm:@plural-otp/doctor' : 'plural-otp'} doctor --env-file ${template.settingsFile}`;
  return {
    setup: template.setup.map(withoutNpx).join(' && '),
    shop: withoutNpx(template.start).replace('"${PORT:-3000}"', String(port)),
    dev: `${sandbox} --port ${sandboxPort} --webhook-url http://127.0.0.1:${port}/plural/webhook --exec "${run('shop')}"`,
    doctor: `${doctor} --url http://127.0.0.1:${port}`,
    'doctor:settings': doctor,
  };
}

/** Scripts find the programs of their packages without npx. */
const withoutNpx = (command: string): string => command.replace(/^npx /, '');

const toJson = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const packageFile = (template: Template, { name }: ShopChoices, scripts: Scripts): string =>
  toJson({
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts,
    dependencies: template.dependencies,
    devDependencies: template.devDependencies,
    // pnpm and Bun ask before a package may build something; these bring their own programs.
    trustedDependencies: ['esbuild', 'workerd', 'sharp'],
    pnpm: { onlyBuiltDependencies: ['esbuild', 'workerd', 'sharp'] },
  });

function denoFile(text: string, tasks: Scripts, { devDependencies }: Template): string {
  const { imports, ...rest } = JSON.parse(text) as { imports: Record<string, string> };
  const tools = Object.entries(devDependencies).map(([name, version]) => [name, `npm:${name}@${version}`]);
  return toJson({ tasks, imports: { ...imports, ...Object.fromEntries(tools) }, ...rest });
}

const readme = (choices: ShopChoices, template: Template, run: (script: string) => string): string => `# ${choices.name}

A shop on ${choices.platform.title} that takes card payments through Plural with the bank's OTP on its own page.

\`\`\`sh
${run('dev')}    # the shop on http://127.0.0.1:${choices.port}, next to a sandbox on http://127.0.0.1:${choices.sandboxPort}
${run('doctor')} # checks the shop while it runs, and says what to change before it goes live
\`\`\`

Press Pay, and type \`123456\` when the bank asks. Any other OTP is wrong, and no money moves. The sandbox's own page shows the customer's phone and every call.

Settings are in \`${template.settingsFile}\`, with the sandbox's credentials. Before you go live: set your own credentials and \`PLURAL_ENVIRONMENT\` to \`uat\`, later \`production\`; replace the prices, and ship where the verdicts are stored; put a rate limit in front of \`/pay\`, and TLS in front of all. After an update of the packages run \`${run('setup')}\`, which copies the browser's files.
`;
