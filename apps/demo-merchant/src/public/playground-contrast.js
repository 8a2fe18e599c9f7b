// Contrast as WCAG 2.2 defines it, and colours that have enough of it.

/** What text needs. */
export const readable = 4.5;

const channelsOf = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** `#rrggbb` of red, green and blue, 0 to 255. */
const hexOf = (channels) => `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

/** As WCAG 2.2 defines it, from 0 to 1; channels are 0 to 255. */
function luminance(channels) {
  const [red, green, blue] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 to 21. */
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever reads better on a colour. */
export function inkOn(hex) {
  const channels = channelsOf(hex);
  return contrast(channels, [255, 255, 255]) >= contrast(channels, [0, 0, 0]) ? '#ffffff' : '#000000';
}

/** The colour with as much white as it takes to be read on a dark surface. */
export function paleEnough(hex) {
  return mixedUntil(hex, 255, [32, 32, 36]);
}

/** The colour with as much black as it takes to be read on a light surface. */
export function deepEnough(hex) {
  return mixedUntil(hex, 0, [250, 246, 238]);
}

function mixedUntil(hex, towards, surface) {
  const channels = channelsOf(hex);
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = channels.map((channel) => Math.round(channel + (towards - channel) * share));
    if (contrast(mixed, surface) >= 4.6) return hexOf(mixed);
  }
  return towards === 0 ? '#000000' : '#ffffff';
}

const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

/** A computed colour as red, green and blue, as it is painted on white. */
function painted(colour) {
  for (const paint of ['white', colour]) {
    pen.fillStyle = paint;
    pen.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** The contrasts of a step as it is drawn now, from 1 to 21, and its accent; what is not in sight is left out. */
export function contrastOf(step) {
  const colour = (selector, property = 'color') => {
    const node = step.shadowRoot?.querySelector(selector);
    return node && painted(getComputedStyle(node)[property]);
  };
  const surface = colour('[part=base]', 'backgroundColor');
  const accent = colour('[part~=primary]', 'backgroundColor');
  const link = colour('[part~=bank]:not([part~=large])');
  return {
    accent: accent && hexOf(accent),
    ratios: {
      ...(surface && { text: contrast(colour('[part=base]'), surface) }),
      ...(link && { link: contrast(link, surface) }),
      ...(accent && { button: contrast(colour('[part~=primary]'), accent) }),
    },
  };
}
