/** WebOTP: the code of an origin-bound text message, read by the browser. */

import type { ReactiveControllerHost } from 'lit';

interface OtpCredential extends Credential {
  readonly code?: string;
}

/** Listens for one code at a time (Chromium only). The field can be typed into meanwhile. */
export class WebOtpListener {
  readonly #onCode: (code: string) => void;
  #pending: AbortController | undefined;
  /** True when a message may come that is not listened for yet. */
  #isExpected = true;

  constructor(host: ReactiveControllerHost, onCode: (code: string) => void) {
    this.#onCode = onCode;
    host.addController({
      // A pending request would keep Chromium from restoring the page as it was.
      hostConnected: () => addEventListener('pagehide', this.#stop),
      hostDisconnected: () => {
        removeEventListener('pagehide', this.#stop);
        this.#stop();
      },
    });
  }

  /** Listens while codes are taken: once for each message that may come. */
  update(takesCode: boolean): void {
    if (!takesCode) this.#stop();
    else if (this.#isExpected) void this.#listen();
  }

  /** Listens again with the next update, because another code was sent or is needed. */
  expect(): void {
    this.#isExpected = true;
  }

  async #listen(): Promise<void> {
    this.#isExpected = false;
    // The browser may have no WebOTP, and hears one request at a time.
    if (this.#pending || !('OTPCredential' in globalThis)) return;
    const pending = new AbortController();
    this.#pending = pending;
    const request = { otp: { transport: ['sms'] }, signal: pending.signal } as CredentialRequestOptions;
    let code: string | undefined;
    try {
      const credential: OtpCredential | null = await navigator.credentials.get(request);
      code = credential?.code;
    } catch {
      // The request was declined, timed out or was stopped.
    }
    if (this.#pending !== pending) return;
    this.#pending = undefined;
    if (code) this.#onCode(code);
  }

  /** Aborts a pending request. A settled one is left alone: aborting it crashes the tab in some Chromium versions. */
  readonly #stop = (): void => {
    this.#pending?.abort();
    this.#pending = undefined;
    this.#isExpected = true;
  };
}
