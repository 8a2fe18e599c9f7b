import { expect } from '@open-wc/testing';
import { english } from '@plural-otp/flow/presentation';
import { otpInputs } from '../../../flow/test/presentation/otp-inputs.ts';
import { formatCodeError } from '../../src/field/validate-code.ts';
import { paste } from '../support/devices.ts';
import { Step, withoutIsolates } from '../support/harness.ts';

describe('a text pasted into the field', () => {
  let step: Step;
  beforeEach(async () => {
    step = new Step();
    await step.start();
  });
  afterEach(() => step.element.remove());

  for (const [text, expected] of otpInputs.filter(([pasted]) => /\S/.test(pasted))) {
    it(`${JSON.stringify(text)}: becomes its code, or an error that leaves the field as it was`, async () => {
      await step.type('77');
      await paste(text, step.input);
      const [value, error] =
        'code' in expected ? [expected.code, ''] : ['77', withoutIsolates(formatCodeError(expected.error, 0, english))];
      expect(step.errorText).to.equal(error);
      expect(step.input.value).to.equal(value);
    });
  }
});
