export { fetchTransport, type FetchTransportOptions } from './transport.ts';
export { collectDeviceInfo } from './device-info.ts';
export { createOtpFlow, type OtpFlowOptions, type FlowTimers } from './create-otp-flow.ts';
export type * from './contract.ts';
export type * from './flow-state.ts';
