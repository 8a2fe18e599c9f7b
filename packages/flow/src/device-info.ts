interface PageGlobals {
  readonly screen?: { readonly width: number; readonly height: number; readonly colorDepth: number };
  readonly navigator: { readonly userAgent: string; readonly language: string };
  readonly innerWidth: number;
  readonly innerHeight: number;
}

/**
 * What the browser tells about itself for 3-D Secure: strings under the names of Plural's `device_info` ("Create
 * Payment" in its native OTP guide), to be sent to the backend when the payment begins. Empty where there is no
 * screen. The accept header is not known to scripts: the server takes it from the request.
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
    // 3-D Secure knows no depth of 30 bits, which good screens have.
    browser_screen_color_depth: `${screen.colorDepth === 30 ? 24 : screen.colorDepth}`,
    browser_java_enabled_val: 'false',
    browser_javascript_enabled_val: 'true',
    device_channel: 'browser',
  };
}
