import type { PluralOtpElement } from '@plural-otp/element';
import type { PluralOtpProps } from '@plural-otp/element/react';
import { useCallback, useState, type ReactElement } from 'react';

/** Server-rendered with the field, so that it can be typed into before any script loads. */
export function Served({ session }: { session: string }): ReactElement {
  const [end, setEnd] = useState('');
  // React 19 drops `on…` props when it hydrates a custom element.
  const listen = useCallback((step: PluralOtpElement | null) => {
    const gone = new AbortController();
    step?.addEventListener('plural-otp-authorized', ({ detail }) => setEnd(`paid ${detail.reference}`), gone);
    return () => gone.abort();
  }, []);
  const options = { session, 'otp-length': 6, 'web-otp': true, autosubmit: false } satisfies PluralOtpProps;
  return (
    <main>
      <p id="end">{end}</p>
      <plural-otp ref={listen} {...options}>
        <label slot="label" htmlFor="code">
          OTP from your bank
        </label>
        <input slot="input" id="code" inputMode="numeric" autoComplete="one-time-code" suppressHydrationWarning />
      </plural-otp>
    </main>
  );
}
