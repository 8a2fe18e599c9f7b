import { english, type Messages } from '@plural-otp/flow/presentation';
import type { ReactiveControllerHost } from 'lit';
import { findLocale, localeEvent } from './registry.ts';

const warned = new Set<string>();

/** The language of a node as its document says it: the nearest `lang`, out of every shadow root. */
function getInheritedLanguage(node: Element): string {
  const said = node.closest('[lang]');
  const { host } = node.getRootNode() as Partial<ShadowRoot>;
  return said?.getAttribute('lang') ?? (host ? getInheritedLanguage(host) : '');
}

/** Says once for each tag that a language which was asked for by name is not there; nobody asked for a page's own. */
function warnOnce(tag: string): void {
  if (warned.has(tag)) return;
  warned.add(tag);
  const check = (): void => {
    const [language] = tag.split(/[-_]/);
    if (!findLocale(tag)) console.warn(`plural-otp: load locales/${language}.js for lang="${tag}"`);
  };
  // Its file may still be on the way, and comes in before the page counts as loaded.
  if (document.readyState === 'complete') setTimeout(check, 1000);
  else addEventListener('load', check);
}

/** Gives the words to draw with, the page's own over those of its language; the same object until they change. */
export type Localizer = (messages: Partial<Messages> | undefined) => Messages;

/** Follows the language around `host` and the locales that come in, and has the host drawn anew when they change. */
export function createLocalizer(host: ReactiveControllerHost & HTMLElement): Localizer {
  let given: unknown;
  let found: unknown;
  let words = english;
  // Every step on the page says its language at its own light nodes, which is no news to the others.
  const renew = (): void => {
    if (findLocale(getInheritedLanguage(host)) !== found) host.requestUpdate();
  };
  const observer = new MutationObserver(renew);
  host.addController({
    hostConnected() {
      addEventListener(localeEvent, renew);
      observer.observe(document, { attributeFilter: ['lang'], subtree: true });
    },
    hostDisconnected() {
      removeEventListener(localeEvent, renew);
      observer.disconnect();
    },
  });
  return (messages) => {
    const locale = findLocale(getInheritedLanguage(host));
    if (!locale && host.lang && !/^en\b/i.test(host.lang)) warnOnce(host.lang);
    if (locale !== found || messages !== given) {
      found = locale;
      given = messages;
      words = { ...english, ...locale, ...messages };
    }
    return words;
  };
}
