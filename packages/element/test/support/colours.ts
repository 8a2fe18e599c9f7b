/** Colours as they are painted, and the contrast between them as WCAG 2.2 defines it. */

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' }) as CanvasRenderingContext2D;

/** Parses any CSS colour to red, green, blue (0 to 255) and alpha (0 to 1). */
export function parseColour(css: string): Colour {
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = css;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

const blend = (top: Colour, under: Colour, alpha = top[3]): Colour => [
  top[0] * alpha + under[0] * (1 - alpha),
  top[1] * alpha + under[1] * (1 - alpha),
  top[2] * alpha + under[2] * (1 - alpha),
  1,
];

/** Returns the parent that a node is painted in. */
const getPaintParent = (node: Element): Element | null =>
  node.assignedSlot ?? node.parentElement ?? (node.getRootNode() as ShadowRoot).host ?? null;

/** Returns the colour behind the content of `node`: all backgrounds from the page's to its own. */
export function getBackdrop(node: Element | null): Colour {
  if (!node) return parseColour('Canvas');
  const under = getBackdrop(getPaintParent(node));
  return blend(parseColour(getComputedStyle(node).backgroundColor), under);
}

/** Returns `css` as painted at `node`, with the opacity of `node` and its ancestors. */
export function getPaintedColour(css: string, node: Element): Colour {
  let colour = blend(parseColour(css), getBackdrop(node));
  for (let at: Element | null = node; at; at = getPaintParent(at)) {
    const opacity = Number(getComputedStyle(at).opacity);
    if (opacity < 1) colour = blend(colour, getBackdrop(getPaintParent(at)), opacity);
  }
  return colour;
}

function relativeLuminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.slice(0, 3).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Returns the contrast ratio, 1 to 21. */
export function contrastRatio(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [relativeLuminance(one), relativeLuminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Returns the contrast between the text of `node` and its background. */
export function getTextContrast(node: Element): number {
  return contrastRatio(getPaintedColour(getComputedStyle(node).color, node), getBackdrop(node));
}
