/** Device details that 3-D Secure asks of the browser. */

interface PageGlobals {
  readonly screen?: { readonly width: number; readonly height: number; readonly colorDepth: number };
  readonly navigator: { readonly userAgent: string; readonly language: string };
  readonly innerWidth: number;
  readonly innerHeight: number;
}

/**
 * Collects the browser's details for 3-D Secure, as strings named like Plural's `device_info` ("Create Payment" in its
 * native OTP guide). Send them to the backend when the payment starts. Returns `{}` without a screen. Scripts cannot
 * read the accept header, so the server adds it from the request.
 *
 * @example
 * ```ts
 * import { collectDeviceInfo } from '@plural-otp/flow';
 *
 * export const pay = (cart: string) =>
 *   fetch('/checkout', { method: 'POST', body: JSON.stringify({ cart, device: collectDeviceInfo() }) });
 * ```
 */
export function collectDeviceInfo(): Record<string, string> {
  const page = globalThis as unknown as PageGlobals;
  const { screen } = page;
  if (!screen) return {};
  return {
    browser_user_agent: page.navigator.userAgent,
    browser_language: page.navigator.language,
    browser_screen_height: `${screen.height}`,
    browser_screen_width: `${screen.width}`,
    browser_timezone: `${new Date().getTimezoneOffset()}`,
    browser_window_size: `${page.innerWidth}x${page.innerHeight}`,
    // 3-D Secure does not define a depth of 30 bits, which some screens have.
    browser_screen_color_depth: `${screen.colorDepth === 30 ? 24 : screen.colorDepth}`,
    browser_java_enabled_val: 'false',
    browser_javascript_enabled_val: 'true',
    device_channel: 'browser',
  };
}
