/** Explains why a commit subject is not acceptable; `undefined` for an acceptable one. */
export function subjectProblem(subject: string): string | undefined;
