export { createOtpPage, type OtpPage, type OtpPageOptions, type PageClient } from './create-otp-page.ts';
export type { PageMessages } from '@plural-otp/flow/presentation';
