/** The sidebar of the documentation, from the list of pages. */
import { groups } from './page-table.ts';
import { readSite } from './site.ts';

type Link = { readonly slug: string; readonly label: string };
type Tool = { readonly link: string; readonly label: string };
type Subgroup = { readonly label: string; readonly collapsed: boolean; readonly items: Link[] };

/** Pages that are used and not read. */
const tools: readonly Tool[] = [
  { link: '/playground/', label: 'Playground' },
  { link: '/sandbox/', label: 'Sandbox in your tab' },
];

/** Returns the groups with their pages, and the tools; a subgroup stands where its first page does. */
export function createSidebar(): { label: string; items: (Link | Subgroup | Tool)[] }[] {
  return [...createGroups(), { label: 'Try it', items: [...tools] }];
}

function createGroups(): { label: string; items: (Link | Subgroup)[] }[] {
  const { pages } = readSite();
  return groups.map((label) => {
    const items: (Link | Subgroup)[] = [];
    const subgroups = new Map<string, Link[]>();
    for (const page of pages.filter(({ group }) => group === label)) {
      const link = { slug: page.id, label: page.title };
      if (page.subgroup === undefined) {
        items.push(link);
        continue;
      }
      const known = subgroups.get(page.subgroup);
      if (known !== undefined) known.push(link);
      else {
        const links = [link];
        subgroups.set(page.subgroup, links);
        items.push({ label: page.subgroup, collapsed: label === 'Reference', items: links });
      }
    }
    return { label, items };
  });
}
