import { testWrongBackends } from './test-wrong-backends.ts';

testWrongBackends('php');
