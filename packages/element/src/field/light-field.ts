/** The one real input of the step and the light nodes around it. */

import type { ReactiveControllerHost } from 'lit';
import { type DigitFilter, type DigitFilterOptions, filterDigits } from './digit-filter.ts';
import { parseOtp, toDigits } from '@plural-otp/flow/presentation';

/** Light nodes of the field, by slot. */
interface LightNodes {
  label: HTMLLabelElement;
  input: HTMLInputElement;
  hint: HTMLElement;
  error: HTMLElement;
}

/** Messages shown at the field. */
export interface FieldTexts {
  /** BCP 47 tag of the messages. */
  readonly language: string;
  readonly label: string;
  readonly hint: string;
  /** Validation error; empty hides it. */
  readonly error: string;
}

/** Callbacks and limits of a light field. */
export interface LightFieldOptions extends DigitFilterOptions {
  onEnter: () => void;
}

/** Handle on the field and its nodes. */
export interface LightField {
  readonly input: HTMLInputElement | undefined;
  /** True when the page supplied the field, so that it is visible from the start. */
  readonly adopted: boolean;
  /** Value of the field, as ASCII digits. */
  readonly code: string;
  /** Updates the messages, and creates the nodes that the page did not supply. */
  show(texts: FieldTexts): void;
  /** Adopts the page's nodes and restores lost ones. Idempotent. */
  readonly attach: () => void;
  clear(): void;
  /** Replaces the value with the code in `text`, as autofill does. */
  fill(text: string): void;
  /** Locks or unlocks the value; the focus and the keyboard of a phone stay. */
  hold(isHeld: boolean): void;
  /** Focuses the field; `select` also selects the code, so that typing replaces it, unless the next digit replaces it anyway. */
  focus(select: boolean): void;
}

// `form=""` detaches the field from a merchant's form. The other attributes request a numeric keypad and autofill of
// one-time codes, and exclude spell checkers, translators and password managers.
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

/**
 * Marks the input of a step, and the nodes created here (`own`). A copy of a step, as `cloneNode` makes and pages keep in
 * their history, is told by it from what a page supplies.
 */
const mark = 'data-plural-otp';
const isOwn = (node: Element): boolean => node.getAttribute(mark) === 'own';

/** Selects what may be the field: a hidden input carries a value of the page. */
const inputSelector = 'input:not([type=hidden])';

let nextId = 0;

/** Nodes that were created here, and inputs that a step has adopted. */
const adopted = new WeakSet<Element>();

/**
 * Creates the one real input, with its label, hint and error, as light children of `host`.
 *
 * Nodes of the page are adopted in place: attributes are added and nothing is moved. A node is created only when it is
 * needed, because a framework that hydrates its own markup would discard it earlier. Nodes that a framework removes
 * are restored with the typed value.
 */
export function createLightField(host: ReactiveControllerHost & HTMLElement, options: LightFieldOptions): LightField {
  const nodes: Partial<LightNodes> = {};
  // True when the page supplied no field, so that the nodes are created here.
  let created = false;
  // Nodes whose text is set here: created ones, and a label that the page left empty.
  const ownText = new Set<HTMLElement>();
  // Ids of the page's own descriptions of the field.
  let pageDescriptionIds: string[] = [];
  let texts: FieldTexts | undefined;
  let filter: DigitFilter | undefined;

  /** Returns the node of a slot, adopted from the page, kept from before, or created. */
  function resolveNode<Slot extends keyof LightNodes>(slot: Slot, create = false): LightNodes[Slot] | undefined {
    const children = [...host.children];
    const tag = slot === 'input' || slot === 'label' ? slot : 'p';
    const selector = slot === 'input' ? inputSelector : tag;
    let node = (children.find((child) => child.slot === slot && (slot !== 'input' || child.matches(selector))) ??
      children.find((child) => !child.slot && tag === slot && child.matches(selector)) ??
      nodes[slot]) as LightNodes[Slot] | undefined;
    if (!node && create) {
      node = document.createElement(tag) as LightNodes[Slot];
      node.setAttribute(mark, 'own');
      adopted.add(node);
    }
    if (!node) return undefined;
    if (isOwn(node)) ownText.add(node);
    if (node.slot !== slot) node.slot = slot;
    if (node.parentNode !== host) host.append(node);
    nodes[slot] = node;
    return node;
  }

  function adoptInput(input: HTMLInputElement): void {
    // The input of another step was copied, with the code in it.
    if (input.hasAttribute(mark) && !adopted.has(input)) input.value = '';
    adopted.add(input);
    created ||= isOwn(input);
    if (!input.hasAttribute(mark)) input.setAttribute(mark, '');
    for (const [name, value] of Object.entries(attributes)) {
      if (!input.hasAttribute(name)) input.setAttribute(name, value);
    }
    // The page may disable the field until the script runs. A type without a selection, as `number` is, cannot be
    // filtered.
    input.disabled = false;
    if (input.selectionStart === null) input.type = 'text';
    pageDescriptionIds = input.getAttribute('aria-describedby')?.split(/\s+/) ?? [];
    filter = filterDigits(input, options);
    input.addEventListener('keydown', (event) => {
      // 229 is the key of an input method that confirms its text. Android's key submits while its keyboard composes.
      if (event.key !== 'Enter' || event.keyCode === 229) return;
      event.preventDefault();
      options.onEnter();
    });
  }

  /** Replaces ids that are already used in this tree, which a clone or a move may bring. */
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
    const name = nodes.label;
    if (name && !name.textContent) ownText.add(name);
    if (name && ownText.has(name)) setText(name, label);
    const description = resolveNode('hint', created);
    if (description && ownText.has(description)) setText(description, hint);
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
    const previous = nodes.input;
    let input = resolveNode('input');
    if (!host.isConnected || (!input && !texts)) return;
    if (!input) {
      created = true;
      // An input deeper in the page's markup cannot be slotted: its branch is hidden and its value is taken over.
      const nested = host.querySelector<HTMLInputElement>(
        `:scope > :is(:not([slot]), [slot=label], [slot=input]) ${inputSelector}`,
      );
      const branch = [...host.children].find((child) => child.contains(nested));
      if (branch) branch.slot = 'unused';
      // Label and hint come before the input in the document, as they do on the screen.
      resolveNode('label', true);
      resolveNode('hint', true);
      input = resolveNode('input', true);
      if (input && nested) input.value = toDigits(nested.value).slice(0, options.maxDigits());
    }
    if (!input) return;
    if (input !== previous) adoptInput(input);
    const root = host.getRootNode() as Document | ShadowRoot;
    ensureUniqueIds(input, root);
    // `input.labels` is not read, because Firefox would cache an empty list for good.
    const isNamed =
      nodes.label?.htmlFor === input.id ||
      input.matches('[aria-label], [aria-labelledby]') ||
      root.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    const label = resolveNode('label', !isNamed);
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
    show(next) {
      texts = next;
      attach();
    },
    attach,
    clear() {
      if (nodes.input) nodes.input.value = '';
    },
    fill(text) {
      const { code } = parseOtp(text, options.maxDigits(), options.hints());
      if (!nodes.input || !code) return;
      nodes.input.value = code;
      options.onChange('message');
    },
    hold(isHeld) {
      filter?.hold(isHeld);
      if (nodes.input) setAttribute(nodes.input, 'aria-readonly', isHeld ? 'true' : '');
    },
    focus(select) {
      const { input } = nodes;
      input?.focus();
      // A selection would be painted as a bar across the cells.
      if (select && !options.startsAnew()) input?.select();
    },
  };
}

/** Sets an attribute, or removes it when the value is empty. */
function setAttribute(node: HTMLElement, name: string, value: string): void {
  if (value) node.setAttribute(name, value);
  else node.removeAttribute(name);
}
