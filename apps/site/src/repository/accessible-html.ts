/** Completes what the Markdown of the repository cannot say: names of boxes and tables, and the keyboard's way into them. */

const toText = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('"', '&quot;')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Returns rendered Markdown with a name for each task, a frame for each table, and no header without words. */
export const makeAccessible = (html: string, title: string): string => frameRegions(nameTasks(html), title);

/** Names the box of each task by the words that the task begins with in bold, or by all of its words. */
function nameTasks(html: string): string {
  return html.replaceAll(/<input type="checkbox"([^>]*)>(.*?)(?=<\/li>)/gs, (_, rest: string, task: string) => {
    const name = /<strong>(.*?)<\/strong>/s.exec(task)?.[1] ?? task;
    return `<input type="checkbox" aria-label="${toText(name)}"${rest}>${task}`;
  });
}

/** Frames each table and diagram, which scroll where they are too wide, as a region that is named after its section. */
function frameRegions(html: string, title: string): string {
  const counts = new Map<string, number>();
  let section = title;
  const open = (tag: string, kind: string): string => {
    const name = `${kind}: ${section}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    // Landmarks of one name cannot be told apart.
    return `${tag} role="region" tabindex="0" aria-label="${name}${count > 1 ? `, ${count}` : ''}"`;
  };
  return html.replaceAll(
    /<h[2-6][^>]*>(.*?)<\/h[2-6]>|<table>(.*?)<\/table>|<pre data-language="(?:plaintext|text)"/gs,
    (whole: string, heading?: string, table?: string) => {
      if (heading !== undefined) section = toText(heading);
      if (heading !== undefined) return whole;
      if (table === undefined) return open(whole, 'Text');
      return `${open('<div class="table"', 'Table')}><table>${table.replaceAll(/<th([^>]*)><\/th>/g, '<td$1></td>')}</table></div>`;
    },
  );
}
