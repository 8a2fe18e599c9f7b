export { fetchTransport, type FetchTransportOptions } from './transport.ts';
export { collectDeviceInfo } from './device-info.ts';
export { createOtpFlow, type OtpFlowOptions, type FlowTimers } from './flow.ts';
export type * from './contract.ts';
export type * from './state.ts';
