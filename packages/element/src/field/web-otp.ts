interface OtpCredential extends Credential {
  readonly code?: string;
}

/** Asks the browser for the code of an origin-bound message (WebOTP; Chromium only). Typing always stays possible. */
export class WebOtpListener {
  #pending: AbortController | undefined;

  /** Gives the code, or nothing: no such API, declined, or stopped in the meantime. */
  async receiveCode(): Promise<string | undefined> {
    if (!('OTPCredential' in globalThis)) return undefined;
    const pending = new AbortController();
    this.#pending = pending;
    const request = { otp: { transport: ['sms'] }, signal: pending.signal } as CredentialRequestOptions;
    let code: string | undefined;
    try {
      const credential: OtpCredential | null = await navigator.credentials.get(request);
      code = credential?.code;
    } catch {
      // Declined, timed out or stopped.
    }
    if (this.#pending !== pending) return undefined;
    this.#pending = undefined;
    return code;
  }

  /** Ends what is pending, and nothing else: an abort after the answer ends the tab in some Chromium versions. */
  stop(): void {
    this.#pending?.abort();
    this.#pending = undefined;
  }
}
