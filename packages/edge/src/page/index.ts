export { createOtpPage, type OtpPage, type OtpPageOptions, type PageClient } from './create-otp-page.ts';
export type { PageWords } from './messages.ts';
