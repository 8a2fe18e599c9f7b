/** Fixed credentials and OTPs. They are public, because they give access to this sandbox only. */

/** Credentials that a merchant receives from Plural at onboarding. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Key that signs returns from the ACS page, 64 hex digits. */
  readonly returnSecretKey: string;
  /** Secret whose UTF-8 bytes sign webhooks. */
  readonly webhookSecret: string;
}

/** The credentials that every sandbox accepts and signs with. */
export const credentials: Credentials = {
  clientId: 'sandbox-client',
  clientSecret: 'sandbox-secret',
  returnSecretKey: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  webhookSecret: 'abc1234',
};

/** The OTP that every sandbox issuer sends. */
export const rightOtp = '123456';
/** OTP of the vendor guide's sample, accepted under `lenient` only. */
export const guideOtp = '1234';
