/** Follows the language of the page around the element, and resolves its messages. */
import { english, formatMoney, type Messages } from '@plural-otp/flow/presentation';
import type { ReactiveControllerHost } from 'lit';
import { findLocale, localeEvent } from './registry.ts';

const warned = new Set<string>();

/** Returns the language of a node: that of the nearest `lang` attribute, across shadow roots. */
function getInheritedLanguage(node: Element): string {
  const nearest = node.closest('[lang]');
  const { host } = node.getRootNode() as Partial<ShadowRoot>;
  return nearest?.getAttribute('lang') ?? (host ? getInheritedLanguage(host) : '');
}

/** Warns once per tag when an explicitly requested locale is not registered. An inherited page language is no request. */
function warnOnce(tag: string): void {
  if (warned.has(tag)) return;
  warned.add(tag);
  const check = (): void => {
    const [language] = tag.split(/[-_]/);
    if (!findLocale(tag)) console.warn(`plural-otp: load locales/${language}.js for lang="${tag}"`);
  };
  // The file may still be loading, which ends before the page counts as loaded.
  if (document.readyState === 'complete') setTimeout(check, 1000);
  else addEventListener('load', check);
}

/** Returns a BCP 47 tag that `Intl` accepts: `en_IN` becomes `en-IN`, and nonsense the default. */
function toTag(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? english.money;
  } catch {
    return english.money;
  }
}

/** Returns the messages to render: the page's own over those of its language. The same object until they change. */
export type Localizer = (overrides: Partial<Messages> | undefined) => Messages;

/** Makes the format of amounts, which takes longer than a render, so that it is ready before a payment begins. */
const prepareFormat = ({ money }: Messages): string => formatMoney({ value: 0, currency: 'INR' }, money);

/** Creates a localizer for `host`, and re-renders the host when its language or a registered locale changes. */
export function createLocalizer(host: ReactiveControllerHost & HTMLElement): Localizer {
  let currentOverrides: unknown;
  let currentLocale: unknown;
  let messages = english;
  prepareFormat(messages);
  // Each step sets `lang` on its own light nodes, which changes nothing for the others.
  const updateIfChanged = (): void => {
    if (findLocale(getInheritedLanguage(host)) !== currentLocale) host.requestUpdate();
  };
  const observer = new MutationObserver(updateIfChanged);
  host.addController({
    hostConnected() {
      addEventListener(localeEvent, updateIfChanged);
      observer.observe(document, { attributeFilter: ['lang'], subtree: true });
    },
    hostDisconnected() {
      removeEventListener(localeEvent, updateIfChanged);
      observer.disconnect();
    },
  });
  return (overrides) => {
    const locale = findLocale(getInheritedLanguage(host));
    if (!locale && host.lang && !/^en\b/i.test(host.lang)) warnOnce(host.lang);
    if (locale !== currentLocale || overrides !== currentOverrides) {
      currentLocale = locale;
      currentOverrides = overrides;
      messages = { ...english, ...locale, ...overrides };
      messages = { ...messages, language: toTag(messages.language), money: toTag(messages.money) };
      prepareFormat(messages);
    }
    return messages;
  };
}
