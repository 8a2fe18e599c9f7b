import { memoryStore } from '@plural-otp/edge';
import { describeStoreContract } from '../support/store-contract.ts';

describeStoreContract('memory', async (clock) => memoryStore({ now: clock.now }));
