/** The package manager that somebody uses, and its words for what a shop needs. */

/** Package managers that can install a shop. */
export const packageManagers: readonly PackageManager[] = ['npm', 'pnpm', 'yarn', 'bun'];

/** Name of a package manager. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** Returns the package manager that started this program, from `npm_config_user_agent`; npm when it is unknown. */
export function detectPackageManager(userAgent: string | undefined): PackageManager {
  const [name] = (userAgent ?? '').split('/');
  return packageManagers.find((manager) => manager === name) ?? 'npm';
}

/** Returns the command line that runs a script of package.json. */
export const runScript = (manager: PackageManager, script: string): string => `${manager} run ${script}`;
