/** Writes the translations of a language into its table, and leaves everything else of the file as it is. */
import ts from 'typescript';
import type { Table } from './tables.ts';

/** Returns the source of a locale with the texts of `messages`; throws when it lacks one of their keys. */
export function withMessages(code: string, messages: Table): string {
  const missing = new Set(Object.keys(messages));
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const file = ts.createSourceFile('locale.ts', code, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteralLike(node.initializer)) {
      const key = node.name.getText();
      const text = messages[key];
      missing.delete(key);
      if (text !== undefined && text !== node.initializer.text) {
        edits.push({ start: node.initializer.getStart(), end: node.initializer.getEnd(), text: quote(text) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (missing.size > 0) throw new Error(`The table has no message ${[...missing].join(', ')}`);
  return edits.reduceRight((all, { start, end, text }) => all.slice(0, start) + text + all.slice(end), code);
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
