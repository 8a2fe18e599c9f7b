/** Marks in the browser's timeline when the field takes digits, for the page's own measurements. */

/** Sets the performance mark `plural-otp:usable`, once for the payment with this reference. */
export type UsableMark = (reference: string | undefined) => void;

export function createUsableMark(): UsableMark {
  const marked = new Set<string | undefined>();
  return (reference) => {
    if (!marked.has(reference)) performance.mark('plural-otp:usable');
    marked.add(reference);
  };
}
