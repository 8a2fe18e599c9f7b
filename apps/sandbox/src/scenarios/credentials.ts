/** What a merchant's onboarding would hand out. Fixed and public: they open nothing but this sandbox. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs what the bank's page posts back, 64 hex digits. */
  readonly returnSecretKey: string;
  /** Signs webhooks; its UTF-8 bytes are the key. */
  readonly webhookSecret: string;
}

export const credentials: Credentials = {
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-secret',
  returnSecretKey: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  webhookSecret: 'abc1234',
};

/** The code every sandbox bank sends. */
export const rightOtp = '123456';
/** The code of the vendor guide's sample, right only under `lenient`. */
export const guideOtp = '1234';
