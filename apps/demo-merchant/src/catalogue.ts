/** The teas that the shop sells, and the formatting of prices. */

/** Tea in the catalogue. */
export interface Tea {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly story: string;
  readonly brewing: string;
  readonly grams: number;
  /** Price of one tin in paise, taxes included. */
  readonly pricePaise: number;
  /** Colour of its tin in the style sheet. */
  readonly tin: 'frost' | 'oolong' | 'masala';
}

/** The shop's name, which the bank's message has to carry too. */
export const merchantName = 'Nilgiri Leaf';

/** All teas. */
export const teas: readonly Tea[] = [
  {
    id: 'winter-frost',
    name: 'Winter Frost',
    summary: 'Black tea plucked on cold January mornings: citrus, honey, a long clean finish.',
    story:
      'On a few nights each winter the high fields freeze. The leaf that survives is small and concentrated, ' +
      'and it is picked before the sun reaches it. The cup is bright copper, brisk without being bitter.',
    brewing: '2.5 g to a cup, 90 °C, three minutes. No milk needed.',
    grams: 100,
    pricePaise: 64_000,
    tin: 'frost',
  },
  {
    id: 'shola-oolong',
    name: 'Shola Oolong',
    summary: 'Half-oxidised and rolled by hand: orchid, ripe apricot, a little wood smoke.',
    story:
      'Grown at the edge of the shola, the stunted evergreen forest of the high Nilgiris. Withered on bamboo, ' +
      'bruised gently, rested overnight, and rolled in small lots. Good for five infusions.',
    brewing: '4 g to a small pot, 95 °C, one minute, then a little longer each time.',
    grams: 75,
    pricePaise: 89_000,
    tin: 'oolong',
  },
  {
    id: 'kitchen-masala',
    name: 'Kitchen Masala',
    summary: 'Strong leaf with green cardamom, dry ginger and black pepper, for milk and a rolling boil.',
    story:
      'The blend we drink ourselves. The spices are bought whole, roasted lightly and cracked the day they are ' +
      'packed, so that the tin still smells of them when you reach the bottom.',
    brewing: 'Two spoons, half milk and half water, boiled until it threatens to leave the pan.',
    grams: 250,
    pricePaise: 42_000,
    tin: 'masala',
  },
];

/** Maximum number of tins of one tea in an order. */
export const maxQuantity = 6;

/** Returns the tea with this id, or `undefined`. */
export function findTea(id: string): Tea | undefined {
  return teas.find((tea) => tea.id === id);
}

const rupees = new Intl.NumberFormat('en-IN', { style: 'currency', currency: 'INR' });

/** Formats an amount in paise, for example `₹640.00`. */
export function formatRupees(paise: number): string {
  return rupees.format(paise / 100);
}
