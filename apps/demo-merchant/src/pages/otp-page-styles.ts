/** The shop's colours on the page without script, which loads no style sheet. */

/** Colours of {@link otpPageStyles}, light and dark, as in `shop.css`. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  accent: ['#1f5a41', '#7fcba3'],
  'on-accent': ['#fff', '#0a1c13'],
  surface: ['#fffdf9', '#18201b'],
  text: ['#1c2a22', '#e9eee7'],
  danger: ['#9c2b1d', '#f2998b'],
  success: ['#1f5a41', '#7fcba3'],
  line: ['#e2d9c8', '#2c3831'],
};

const toRule = (at: 0 | 1): string =>
  `:root { ${Object.entries(colours)
    .map(([name, values]) => `--plural-otp-${name}: ${values[at]};`)
    .join(' ')} }`;

/** Styles for `createOtpPage`. */
export const otpPageStyles: string = `${toRule(0)} @media (prefers-color-scheme: dark) { ${toRule(1)} }`;
