/** `@plural-otp/element/react`: registers `<plural-otp>`, and exports its React component and types. */

import './define.ts';

export * from './react-component.ts';
