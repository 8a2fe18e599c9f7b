/** The vitest projects that need nothing but the source, as arguments. */
export const unitProjects = [
  'core',
  'flow',
  'element',
  'edge',
  'conformance',
  'insight',
  'create',
  'doctor',
  'sandbox',
  'shop',
].flatMap((name) => ['--project', name]);
