/** `@plural-otp/element`: registers `<plural-otp>` and exports its class and events. */

import './define.ts';

export * from './class.ts';
