import type { ReactiveControllerHost } from 'lit';
import { type DigitFilterOptions, filterDigits } from './digit-filter.ts';
import { toDigits, parseOtp } from './parse-code.ts';

/** The light nodes of the field, by the slot each goes to. */
interface LightNodes {
  label: HTMLLabelElement;
  input: HTMLInputElement;
  hint: HTMLElement;
  error: HTMLElement;
}

/** What the step says at the field, and in which language; an empty `error` clears it. */
export interface FieldTexts {
  readonly language: string;
  readonly label: string;
  readonly hint: string;
  readonly error: string;
}

export interface LightFieldOptions extends DigitFilterOptions {
  onEnter: () => void;
}

/** The field's nodes, as one thing. */
export interface LightField {
  readonly input: HTMLInputElement | undefined;
  /** Whether the page sent the field, so that it is in sight from the beginning. */
  readonly adopted: boolean;
  /** What was typed, as ASCII digits. */
  readonly code: string;
  /** Shows the field with these words, making the nodes the page did not send. */
  show(texts: FieldTexts): void;
  /** Adopts the page's nodes and puts lost ones back; safe to call at any time. */
  readonly attach: () => void;
  clear(): void;
  /** Puts in a code that came as a whole, as autofill does. */
  fill(text: string): void;
  /** While `held`, the code stands and cannot be changed; the focus stays. */
  setReadOnly(readOnly: boolean): void;
  /** Focuses the field, perhaps with the code selected to be typed over. */
  focus(select: boolean): void;
}

// `form=""` keeps the field out of a merchant's form. The rest asks for a numeric keypad and the code from the
// message, and keeps spell checkers, translators and password vaults away.
const attributes: Readonly<Record<string, string>> = {
  type: 'text',
  inputmode: 'numeric',
  autocomplete: 'one-time-code',
  enterkeyhint: 'done',
  autocapitalize: 'off',
  autocorrect: 'off',
  spellcheck: 'false',
  translate: 'no',
  dir: 'ltr',
  form: '',
  'data-1p-ignore': '',
  'data-lpignore': 'true',
  'data-bwignore': '',
  'data-form-type': 'other',
};

let nextId = 0;

/**
 * The one real input, with its label, hint and error, as light children of `host`.
 *
 * Nodes the page sent are adopted where they are: attributes are added, nothing is moved, and no node is added
 * before it is needed, since a framework that hydrates its own markup would throw it away. Nodes that get lost are
 * put back with what was typed.
 */
export function createLightField(host: ReactiveControllerHost & HTMLElement, options: LightFieldOptions): LightField {
  const nodes: Partial<LightNodes> = {};
  /** Whether the page left it to us to make the nodes. */
  let created = false;
  /** What holds our words: the nodes we made, and a label the page left empty. */
  const ownText = new Set<HTMLElement>();
  /** What the page's own markup describes the field with. */
  let pageDescriptionIds: string[] = [];
  let texts: FieldTexts | undefined;

  function resolveNode<Slot extends keyof LightNodes>(slot: Slot, make = false): LightNodes[Slot] | undefined {
    const children = [...host.children];
    const tag = slot === 'input' || slot === 'label' ? slot : 'p';
    let node = (children.find((child) => child.slot === slot && (slot !== 'input' || child.matches(slot))) ??
      children.find((child) => !child.slot && tag === slot && child.matches(slot)) ??
      nodes[slot]) as LightNodes[Slot] | undefined;
    if (!node && make) ownText.add((node = document.createElement(tag) as LightNodes[Slot]));
    if (!node) return undefined;
    if (node.slot !== slot) node.slot = slot;
    if (node.parentNode !== host) host.append(node);
    nodes[slot] = node;
    return node;
  }

  function adoptInput(input: HTMLInputElement): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (!input.hasAttribute(name)) input.setAttribute(name, value);
    }
    // Perhaps only until the script runs; and one without a selection, as `number` is, cannot be kept to digits.
    input.disabled = false;
    if (input.selectionStart === null) input.type = 'text';
    pageDescriptionIds = input.getAttribute('aria-describedby')?.split(/\s+/) ?? [];
    filterDigits(input, options);
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      options.onEnter();
    });
  }

  /** Gives ids that hold in this tree: a clone or a move may have brought some that are taken. */
  function ensureUniqueIds(input: HTMLInputElement, root: Document | ShadowRoot): void {
    if (input.id && root.getElementById(input.id) === input) return;
    do input.id = `plural-otp-${++nextId}`;
    while (root.getElementById(input.id) !== input);
    resolveNode('hint')?.removeAttribute('id');
    resolveNode('error')?.removeAttribute('id');
    pageDescriptionIds = pageDescriptionIds.filter((id) => !id.startsWith('plural-otp-'));
  }

  function writeTexts({ language, label, hint, error }: FieldTexts, input: HTMLInputElement): void {
    const setText = (node: HTMLElement, text: string): void => {
      if (node.textContent !== text) node.textContent = text;
      if (node.lang !== language) node.lang = language;
    };
    const named = nodes.label;
    if (named && !named.textContent) ownText.add(named);
    if (named && ownText.has(named)) setText(named, label);
    const help = resolveNode('hint', created);
    if (help && ownText.has(help)) setText(help, hint);
    if (error || nodes.error) {
      const node = resolveNode('error', true)!;
      setText(node, error);
      node.hidden = !error;
    }
    setAttribute(input, 'aria-invalid', error && 'true');
  }

  function updateDescription(input: HTMLInputElement): void {
    const ids = [resolveNode('error'), resolveNode('hint')].flatMap((node) => {
      if (node && !node.id) node.id = `${input.id}-${node.slot}`;
      return node && !node.hidden ? node.id : [];
    });
    setAttribute(input, 'aria-describedby', [...new Set([...ids, ...pageDescriptionIds])].join(' '));
  }

  function attach(): void {
    const known = nodes.input;
    let input = resolveNode('input');
    if (!host.isConnected || (!input && !texts)) return;
    if (!input) {
      created = true;
      // One deeper in the page's markup cannot be slotted: out of sight with it, but for what was typed.
      const deep = host.querySelector<HTMLInputElement>(
        ':scope > :is(:not([slot]), [slot=label], [slot=input]) input:not([type=hidden])',
      );
      const branch = [...host.children].find((child) => child.contains(deep));
      if (branch) branch.slot = 'unused';
      // Label and hint come first in the document, as they do for the reader.
      resolveNode('label', true);
      resolveNode('hint', true);
      input = resolveNode('input', true);
      if (input && deep) input.value = toDigits(deep.value).slice(0, options.maxDigits());
    }
    if (!input) return;
    if (input !== known) adoptInput(input);
    const root = host.getRootNode() as Document | ShadowRoot;
    ensureUniqueIds(input, root);
    // Never asks for `labels`: Firefox keeps an empty list for good.
    const named =
      nodes.label?.htmlFor === input.id ||
      input.matches('[aria-label], [aria-labelledby]') ||
      root.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    const label = resolveNode('label', !named);
    if (label && !label.contains(input)) label.htmlFor = input.id;
    if (texts) writeTexts(texts, input);
    updateDescription(input);
  }

  host.addController({ hostConnected: attach });

  return {
    get input() {
      return nodes.input;
    },
    get adopted() {
      return Boolean(nodes.input) && !created;
    },
    get code() {
      return toDigits(nodes.input?.value ?? '');
    },
    show(shown) {
      texts = shown;
      attach();
    },
    attach,
    clear() {
      if (nodes.input) nodes.input.value = '';
    },
    fill(text) {
      const { code } = parseOtp(text, options.maxDigits());
      if (!nodes.input || !code) return;
      nodes.input.value = code;
      options.onChange(true);
    },
    setReadOnly(readOnly) {
      if (nodes.input) nodes.input.readOnly = readOnly;
    },
    focus(select) {
      nodes.input?.focus();
      if (select) nodes.input?.select();
    },
  };
}

/** An attribute with nothing in it is none. */
function setAttribute(node: HTMLElement, name: string, value: string): void {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}
