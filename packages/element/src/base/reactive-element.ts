/** Base class of the element: properties, batched updates, controllers, and a shadow root rendered by lit-html. */

import { render, type TemplateResult } from 'lit/html.js';

/** Part of an element with a lifecycle of its own. */
export interface Controller {
  hostConnected?(): void;
  hostDisconnected?(): void;
  /** Called after each render. */
  hostUpdated?(): void;
}

/** Element that controllers belong to. */
export interface Host extends HTMLElement {
  addController(controller: Controller): void;
  /** Schedules a render; several requests before it are one. */
  requestUpdate(): void;
}

/**
 * Attribute that sets a property, and its type, by default a string. The property's name in lower case does so too:
 * frameworks write it when they render before the element is defined.
 */
export interface PropertyDeclaration {
  readonly attribute?: string | false;
  readonly type?: NumberConstructor | BooleanConstructor;
}
export type PropertyDeclarations = Readonly<Record<string, PropertyDeclaration>>;

const getAttributes = ([name, { attribute }]: [string, PropertyDeclaration]): string[] =>
  attribute === false ? [] : [attribute ?? '', name.toLowerCase()].filter(Boolean);

/** Marks a literal as a style sheet, for editors and for the build. */
export const css = ([sheet = '']: TemplateStringsArray): string => sheet;

/** Style sheets by text. One serves every element. */
const sheets = new Map<string, CSSStyleSheet>();

/** Adds styles to a shadow root. Safari before 16.4 adopts no sheets and gets a node instead. */
function adoptStyles(root: ShadowRoot, styles: string): void {
  if ('adoptedStyleSheets' in Document.prototype && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = sheets.get(styles) ?? new CSSStyleSheet();
    if (!sheets.has(styles)) sheet.replaceSync(styles);
    sheets.set(styles, sheet);
    root.adoptedStyleSheets = [sheet];
  } else {
    const node = document.createElement('style');
    const { litNonce } = globalThis as { litNonce?: string };
    if (litNonce) node.setAttribute('nonce', litNonce);
    node.textContent = styles;
    root.append(node);
  }
}

// A server has no elements, but may import the module.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? Object;

/** Element that renders itself in a microtask after its properties changed. */
export abstract class ReactiveElement extends Base implements Host {
  static readonly properties: PropertyDeclarations = {};
  static readonly styles: string = '';

  /** Attributes that set properties. Read once, when the element is defined, so that it creates the accessors too. */
  static get observedAttributes(): string[] {
    const { prototype } = this;
    for (const name of Object.keys(this.properties)) {
      Object.defineProperty(prototype, name, {
        get(this: ReactiveElement) {
          return this.#values[name];
        },
        set(this: ReactiveElement, value: unknown) {
          if (Object.is(this.#values[name], value)) return;
          this.#values[name] = value;
          this.requestUpdate();
        },
        enumerable: true,
        configurable: true,
      });
    }
    return Object.entries(this.properties).flatMap(getAttributes);
  }

  /** Root of the rendered nodes; there once the element was connected. */
  renderRoot!: ShadowRoot;
  /** Promise of the scheduled render, or of the last one. */
  updateComplete: Promise<void>;
  #enableUpdates: () => void = () => {};
  #isPending = false;
  #renderBefore: ChildNode | null = null;
  readonly #values: Record<string, unknown> = {};
  readonly #controllers = new Set<Controller>();
  /** Values that the page set before the element was defined. */
  #earlyValues: Record<string, unknown> | undefined = {};

  constructor() {
    super();
    for (const name of Object.keys(this.#properties)) {
      if (!Object.prototype.hasOwnProperty.call(this, name)) continue;
      this.#earlyValues![name] = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
    }
    this.updateComplete = new Promise((resolve) => (this.#enableUpdates = resolve));
    this.requestUpdate();
  }

  get #properties(): PropertyDeclarations {
    return (this.constructor as typeof ReactiveElement).properties;
  }

  addController(controller: Controller): void {
    this.#controllers.add(controller);
  }

  requestUpdate(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    this.updateComplete = this.updateComplete.then(() => this.#update());
  }

  connectedCallback(): void {
    if (!this.renderRoot) {
      this.renderRoot = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      // The content of a declarative shadow root would otherwise stay next to the rendered one.
      this.renderRoot.replaceChildren();
      adoptStyles(this.renderRoot, (this.constructor as typeof ReactiveElement).styles);
      this.#renderBefore = this.renderRoot.firstChild;
    }
    this.#enableUpdates();
    for (const controller of this.#controllers) controller.hostConnected?.();
  }

  disconnectedCallback(): void {
    for (const controller of this.#controllers) controller.hostDisconnected?.();
  }

  attributeChangedCallback(attributeName: string, _: string | null, value: string | null): void {
    for (const entry of Object.entries(this.#properties)) {
      const [name, { type }] = entry;
      if (!getAttributes(entry).includes(attributeName)) continue;
      const isNumber = type === Number && value !== null;
      Reflect.set(this, name, type === Boolean ? value !== null : isNumber ? Number(value) : value);
    }
  }

  #update(): void {
    Object.assign(this, this.#earlyValues);
    this.#earlyValues = undefined;
    let result: TemplateResult;
    try {
      this.willUpdate();
      result = this.render();
    } finally {
      this.#isPending = false;
    }
    render(result, this.renderRoot, { host: this, renderBefore: this.#renderBefore });
    for (const controller of this.#controllers) controller.hostUpdated?.();
    this.updated();
  }

  /** Prepares a render. */
  protected abstract willUpdate(): void;
  protected abstract render(): TemplateResult;
  /** Follows a render. */
  protected abstract updated(): void;
}
