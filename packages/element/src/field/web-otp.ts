/** WebOTP: the code of an origin-bound text message, read by the browser. */

interface OtpCredential extends Credential {
  readonly code?: string;
}

/** Listens for one code at a time (Chromium only). The field can be typed into meanwhile. */
export class WebOtpListener {
  #pending: AbortController | undefined;

  /**
   * Returns the code, or `undefined` when the browser has no WebOTP, the customer declined, `stop()` was called, or a
   * request is pending already.
   */
  async receiveCode(): Promise<string | undefined> {
    if (this.#pending || !('OTPCredential' in globalThis)) return undefined;
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
    if (this.#pending !== pending) return undefined;
    this.#pending = undefined;
    return code;
  }

  /** Aborts a pending request. A settled one is left alone: aborting it crashes the tab in some Chromium versions. */
  stop(): void {
    this.#pending?.abort();
    this.#pending = undefined;
  }
}
