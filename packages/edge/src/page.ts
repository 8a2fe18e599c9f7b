export { createOtpPage, type OtpPage, type OtpPageOptions, type PageClient } from './page/otp-page.ts';
export type { PageWords } from './page/words.ts';
