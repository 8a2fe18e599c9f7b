/** Wrong backends that send more SMS than they may: again after a failure. */
import type { WrongBackend } from '../wrong-backends.ts';

const pythonCall = "        return self._call('POST', f'/api/pay/v1/otp/{action}', body, timeout=30)";
const phpCall = '        return $this->call(\'POST\', "/api/pay/v1/otp/$action", $body, 30);';
const pythonErrors = '        except (OSError, ValueError, RecursionError, http.client.HTTPException):';

/** Calls again when a gateway failed, or when the body of the response cannot be read. */
const callAgain = (action: string, failure: 'gateway' | 'body'): Pick<WrongBackend, 'python' | 'php'> => ({
  python: [
    [
      'plural.py',
      pythonCall,
      `        try:\n    ${pythonCall}\n        except OutcomeUnknown as error:\n            if action != '${action}' or str(error) != '${failure}':\n                raise\n    ${pythonCall}`,
    ],
    [
      'plural.py',
      '300 <= status < 400:\n                raise OutcomeUnknown\n',
      "300 <= status < 400:\n                raise OutcomeUnknown('gateway')\n",
    ],
    [
      'plural.py',
      pythonErrors,
      `        except ValueError:\n            raise OutcomeUnknown('body') from None\n${pythonErrors}`,
    ],
  ],
  php: [
    [
      'plural.php',
      phpCall,
      `        try {\n    ${phpCall}\n        } catch (OutcomeUnknown $error) {\n            if ($action !== '${action}' || $error->getMessage() !== '${failure}') {\n                throw $error;\n            }\n    ${phpCall}\n        }`,
    ],
    [
      'plural.php',
      '!is_array($parsed)) {\n            throw new OutcomeUnknown();',
      "!is_array($parsed)) {\n            throw new OutcomeUnknown($status >= 500 ? 'gateway' : (curl_errno($curl) === 0 ? 'body' : 'lost'));",
    ],
  ],
});

export const wrongResends: readonly WrongBackend[] = [
  {
    defect: 'generates an OTP again when a gateway failed',
    caughtBy: 'generate and resend: an SMS is sent once when the response to generate fails',
    ...callAgain('generate', 'gateway'),
  },
  {
    defect: 'generates an OTP again when it cannot read the response',
    caughtBy: 'generate and resend: an SMS is sent once when the response to generate fails',
    ...callAgain('generate', 'body'),
  },
  {
    defect: 'sends a resend again when a gateway failed',
    caughtBy: 'generate and resend: an SMS is sent once when the response to a resend fails',
    ...callAgain('resend', 'gateway'),
  },
  {
    defect: 'sends a resend again when it cannot read the response',
    caughtBy: 'generate and resend: an SMS is sent once when the response to a resend fails',
    ...callAgain('resend', 'body'),
  },
];
