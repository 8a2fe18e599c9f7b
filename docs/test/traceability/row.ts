/** One thing the step has to do, and what shows that it does, or why nothing here does. */
export interface Row {
  what: string;
  /** Titles of tests, each naming one test of the repository. */
  tests?: readonly string[];
  /** A gate of `npm test` that is no test. */
  gate?: string;
  /** What is left out, or cannot be shown here, and why. */
  notHere?: string;
}
