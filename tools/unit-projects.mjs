/** The vitest projects that need nothing but the source, as arguments. */
export const unitProjects = ['core', 'flow', 'edge', 'conformance', 'insight', 'sandbox', 'shop'].flatMap((name) => [
  '--project',
  name,
]);
