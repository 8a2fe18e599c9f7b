import { css, type CSSResult } from 'lit';

/** The custom properties of the step with their defaults, under the short names of its other styles. */

// System colours and `light-dark()` follow the page's own `color-scheme`; a browser without `light-dark()` is always light.
export const tokenStyles: CSSResult = css`
  :host {
    display: block;
    max-inline-size: var(--plural-otp-max-inline-size, 24.5rem);
    --_text: var(--plural-otp-text, #111);
    --_surface: var(--plural-otp-surface, #fff);
    --_accent: var(--plural-otp-accent, #1d56d0);
    /* An accent of the page may be too close to the surface. */
    --_link: var(--_text);
    --_on-own: #fff;
    --_on-accent: var(--plural-otp-on-accent, var(--_on-own));
    --_danger: var(--plural-otp-danger, #b3241c);
    --_success: var(--plural-otp-success, #14703a);
    --_radius: var(--plural-otp-radius, 0.625rem);
    --_line: var(--plural-otp-line, #8884);
    --_edge: var(--plural-otp-field-line, #767676);
    --_border: var(--plural-otp-border-width, 1px);
    --_focus: var(--plural-otp-focus, var(--_accent));
    --_weight: var(--plural-otp-font-weight, 600);
    --_space: var(--plural-otp-space, 1rem);
    --_quiet: var(--plural-otp-quiet-opacity, 0.74);
    --_height: 3.5rem;
    --_tint: #8882;
  }
  /* Low screens, where the keyboard leaves little room. */
  @media (max-height: 44rem) {
    :host {
      --_space: var(--plural-otp-space, 0.625rem);
      --_height: 3rem;
    }
  }
  @supports (color: light-dark(red, red)) {
    :host {
      --_text: var(--plural-otp-text, CanvasText);
      --_surface: var(--plural-otp-surface, Canvas);
      --_accent: var(--plural-otp-accent, light-dark(#1d56d0, #8db4ff));
      --_on-own: light-dark(#fff, #0a1a3a);
      --_danger: var(--plural-otp-danger, light-dark(#b3241c, #ff9d94));
      --_success: var(--plural-otp-success, light-dark(#14703a, #6fd398));
    }
  }
  @supports (color: color-mix(in srgb, red, red)) {
    :host {
      --_line: var(--plural-otp-line, color-mix(in srgb, currentcolor 14%, transparent));
      --_edge: var(--plural-otp-field-line, color-mix(in srgb, currentcolor 55%, transparent));
      --_tint: color-mix(in srgb, currentcolor 7%, transparent);
      /* Invalid, so that links keep the built-in accent, unless the page gives an accent, which may be too close to it. */
      --_link: color-mix(in oklab, var(--plural-otp-accent) 38%, var(--_text));
    }
  }
  /* White or black, whichever the luminance of the page's accent calls for: 4.5:1 on either side. */
  @supports (color: color(from red xyz x y z)) {
    :host {
      --_white: clamp(0, (0.179 - y) * 999, 1);
      --_contrast: color(
        from var(--plural-otp-accent) xyz calc(0.95 * var(--_white)) var(--_white) calc(1.089 * var(--_white))
      );
      --_on-accent: var(--plural-otp-on-accent, var(--_contrast, var(--_on-own)));
    }
  }
`;
