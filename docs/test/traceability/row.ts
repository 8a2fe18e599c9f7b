/** One requirement of the step, with the tests that cover it or the reason why none does. */
export interface Row {
  what: string;
  /** Titles, each of one test of the repository. */
  tests?: readonly string[];
  /** Name of a step of `npm test` that is no test. */
  gate?: string;
  /** Reason why it is left out, or cannot be tested here. */
  notHere?: string;
}
