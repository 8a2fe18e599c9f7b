/** The shape of `templates.json`, which the build makes from the lines of docs/recipes.md. */

/** A shop for one platform, as its recipe's lines make it. */
export interface Template {
  /** Versions by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  /** Source of each file, by its path in the shop. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands that prepare the shop once its packages are installed. */
  readonly setup: readonly string[];
  /** Command that starts the shop on `PORT`. */
  readonly start: string;
  /** Path of the file with the settings. */
  readonly settingsFile: string;
}

/** All templates, with the text of each source once. */
export interface Templates {
  readonly recipes: Readonly<Record<string, Template>>;
  readonly sources: Readonly<Record<string, string>>;
}
