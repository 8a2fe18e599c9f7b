/** `@plural-otp/element/preact`: registers `<plural-otp>`, and exports its Preact component and types. */

import './define.ts';

export * from './preact-component.ts';
