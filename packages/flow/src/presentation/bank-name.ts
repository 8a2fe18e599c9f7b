/** Names the customer's bank as its customers know it. */

/** Issuers that customers know by another spelling than the one of card registers. */
const bankNames: Readonly<Record<string, string>> = {
  AXIS: 'Axis Bank',
  HDFC: 'HDFC Bank',
  ICICI: 'ICICI Bank',
  KOTAK: 'Kotak Bank',
  SBI: 'SBI',
  YES: 'YES Bank',
};

/** Longer names are no bank's short name, and would break the heading. */
const maxNameLength = 28;

/** Returns the name of the bank to show, or `undefined` when the issuer is unknown or not named by what customers know. */
export function toBankName(issuer = ''): string | undefined {
  const key = issuer.trim().toUpperCase();
  const known = bankNames[key.replace(/ BANK$/, '')];
  if (known) return known;
  const isName = key.length > 1 && key.length <= maxNameLength && !/^(NONE|NULL|UNKNOWN|NA|N\/A)$|-/.test(key);
  if (!isName) return undefined;
  if (issuer.trim() !== key) return issuer.trim();
  // Registers write names in capitals; words of up to four letters may be abbreviations.
  return key.replace(/\p{L}{5,}|\bBANK\b/gu, (word) => word[0] + word.slice(1).toLowerCase()).replace(/\bOF\b/g, 'of');
}

/** Returns up to five letters that stand for the bank where it has no logo: its first word, or its initials. */
export function toMonogram(bank: string): string {
  const words = bank.split(/\s+/);
  const [first = ''] = words;
  if (first.length < 6) return first;
  return words
    .map(([letter = '']) => letter)
    .filter((letter) => letter !== letter.toLowerCase())
    .join('')
    .slice(0, 3);
}
