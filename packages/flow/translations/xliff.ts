/**
 * Writes and reads XLIFF 2.1: one file with every message of a language, its note, its width and its picture.
 *
 * @see https://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html
 */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { keys, type Note, notes, placeholdersOf, source, stepKeys, type Table } from './tables.ts';

/** A node as fast-xml-parser keeps it in order: one member is the element or text, `:@` its attributes. */
type XmlNode = Readonly<Record<string, unknown>>;

const options = { ignoreAttributes: false, preserveOrder: true, attributeNamePrefix: '' } as const;
const builder = new XMLBuilder({ ...options, suppressEmptyNode: true });
const parser = new XMLParser({ ...options, trimValues: false, parseTagValue: false, removeNSPrefix: true });

const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlNode[],
): XmlNode => ({
  [name]: children,
  ':@': attributes,
});
const unknownNote: Note = { kind: 'message', place: 'unknown', picture: '' };
const text = (value: string): XmlNode => ({ '#text': value });

/** Returns a message as XML: each placeholder is a code that a translator can move and not change. */
function toInline(message: string): XmlNode[] {
  return message
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((part) => {
      const [, id] = /^\{(\w+)\}$/.exec(part) ?? [];
      // The same id in source and target says that they are the same code.
      return id === undefined ? text(part) : element('ph', { id, equiv: part, disp: part }, []);
    });
}

/** Renders the table of a language as XLIFF; `signedOff` are the keys that a native speaker has read as they stand. */
export function toXliff(table: Table, signedOff: readonly string[]): string {
  const unit = (key: string): string => {
    const { kind, place, width, picture, note } = notes[key] ?? unknownNote;
    const remarks = { place: `${kind}: ${place}`, width, picture, note };
    const state = signedOff.includes(key) ? 'final' : 'translated';
    return builder.build([
      element('unit', { id: key }, [
        element(
          'notes',
          {},
          Object.entries(remarks).flatMap(([category, value]) =>
            value ? [element('note', { category }, [text(value)])] : [],
          ),
        ),
        element('segment', { state }, [
          element('source', {}, toInline(source[key] ?? '')),
          element('target', {}, toInline(table[key] ?? '')),
        ]),
      ]),
    ]);
  };
  const file = (id: string, own: readonly string[]): string[] => [`<file id="${id}">`, ...own.map(unit), '</file>'];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="${source['language']}" trgLang="${table['language']}">`,
    ...file('step', stepKeys),
    ...file('page', keys.slice(stepKeys.length)),
    '</xliff>',
    '',
  ].join('\n');
}

/** What a file of a translator holds. */
export interface Translation {
  /** Tag of the language: the primary subtag of `trgLang`. */
  readonly tag: string;
  /** Messages by key. */
  readonly messages: Table;
  /** Keys of the segments whose state is `final`. */
  readonly final: readonly string[];
}

/** Reads a file of a translator; throws one error with every fault, so that nothing is taken of a faulty file. */
export function parseXliff(xml: string): Translation {
  const [xliff] = childrenOf(parser.parse(xml) as XmlNode[], 'xliff');
  const [tag = ''] = attributesOf(xliff)['trgLang']?.split('-') ?? [];
  const faults: string[] = xliff ? [] : ['no <xliff>'];
  const messages: Record<string, string> = {};
  const final: string[] = [];
  for (const unit of childrenOf(contentOf(xliff), 'file').flatMap((file) => childrenOf(contentOf(file), 'unit'))) {
    const key = attributesOf(unit)['id'] ?? '';
    const segments = childrenOf(contentOf(unit), 'segment');
    const [read = '', target = ''] = ['source', 'target'].map((name) =>
      segments.map((segment) => childrenOf(contentOf(segment), name).map(toMessage).join('')).join(''),
    );
    const wanted = placeholdersOf(source[key] ?? '').join(' ');
    if (!keys.includes(key)) faults.push(`${key}: no message has this id`);
    else if (read !== source[key]) faults.push(`${key}: the English has changed since the export; export again`);
    else if (!target.trim()) faults.push(`${key}: the target is empty`);
    else if (placeholdersOf(target).join(' ') !== wanted)
      faults.push(`${key}: the target must have ${wanted || 'no placeholder'}`);
    messages[key] = target.trim().normalize('NFC');
    if (segments.length > 0 && segments.every((segment) => attributesOf(segment)['state'] === 'final')) final.push(key);
  }
  if (faults.length > 0)
    throw new Error(`The file was not imported:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  return { tag, messages, final };
}

const attributesOf = (node: XmlNode | undefined): Readonly<Record<string, string | undefined>> =>
  (node?.[':@'] ?? {}) as Record<string, string>;

const nameOf = (node: XmlNode): string => Object.keys(node).find((name) => name !== ':@') ?? '';

const contentOf = (node: XmlNode | undefined): readonly XmlNode[] =>
  node ? ((node[nameOf(node)] ?? []) as readonly XmlNode[]) : [];

const childrenOf = (nodes: readonly XmlNode[], name: string): XmlNode[] =>
  nodes.filter((node) => nameOf(node) === name);

/** Returns the message of a `<source>` or `<target>`. Marks of a translator's tool are read as their text. */
function toMessage(node: XmlNode): string {
  return contentOf(node)
    .map((child) => {
      if ('#text' in child) return String(child['#text']);
      return nameOf(child) === 'ph' ? (attributesOf(child)['equiv'] ?? '') : toMessage(child);
    })
    .join('');
}
