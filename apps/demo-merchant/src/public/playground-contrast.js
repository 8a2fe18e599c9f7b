// Measures WCAG 2.2 contrast on the playground's step, and derives accent colours that have enough of it.

/** Minimum contrast of text, WCAG 2.2 success criterion 1.4.3. */
export const minContrast = 4.5;

const parseHex = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** Returns `#rrggbb` for red, green and blue from 0 to 255. */
const toHex = (channels) => `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

/** Returns the relative luminance from 0 to 1, as WCAG 2.2 defines it, of channels from 0 to 255. */
function luminance(channels) {
  const [red, green, blue] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Returns the contrast ratio of two colours, from 1 to 21. */
function contrastRatio(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Returns black or white, whichever has more contrast on a background. */
export function readableTextColor(hex) {
  const channels = parseHex(hex);
  return contrastRatio(channels, [255, 255, 255]) >= contrastRatio(channels, [0, 0, 0]) ? '#ffffff' : '#000000';
}

/** Mixes a colour with white until it is readable on a dark surface. */
export function lightenForDarkSurface(hex) {
  return mixUntilReadable(hex, 255, [32, 32, 36]);
}

/** Mixes a colour with black until it is readable on a light surface. */
export function darkenForLightSurface(hex) {
  return mixUntilReadable(hex, 0, [250, 246, 238]);
}

function mixUntilReadable(hex, towards, surface) {
  const channels = parseHex(hex);
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = channels.map((channel) => Math.round(channel + (towards - channel) * share));
    // A little above the minimum, so that a theme's own surface may differ slightly.
    if (contrastRatio(mixed, surface) >= 4.6) return toHex(mixed);
  }
  return towards === 0 ? '#000000' : '#ffffff';
}

const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

/** Converts any CSS colour to red, green and blue, painted on white. */
function toRgb(color) {
  for (const paint of ['white', color]) {
    canvas.fillStyle = paint;
    canvas.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** Measures the contrast ratios and the accent of a rendered step; parts that are not rendered are left out. */
export function measureContrast(step) {
  const getColor = (selector, property = 'color') => {
    const node = step.shadowRoot?.querySelector(selector);
    return node && toRgb(getComputedStyle(node)[property]);
  };
  const surface = getColor('[part=base]', 'backgroundColor');
  const accent = getColor('[part~=primary]', 'backgroundColor');
  const link = getColor('[part~=bank]:not([part~=large])');
  return {
    accent: accent && toHex(accent),
    ratios: {
      ...(surface && { text: contrastRatio(getColor('[part=base]'), surface) }),
      ...(link && { link: contrastRatio(link, surface) }),
      ...(accent && { button: contrastRatio(getColor('[part~=primary]'), accent) }),
    },
  };
}
