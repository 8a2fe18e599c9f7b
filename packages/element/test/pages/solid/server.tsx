import { generateHydrationScript, renderToString } from 'solid-js/web';
import type { Payment } from '../payment.ts';
import { Served } from './Served.tsx';

/** Renders the page's markup, as the shop's server does. */
export const render = (client: Payment): string => renderToString(() => <Served client={client} />);
/** Script that Solid needs before its markup. */
export const head: string = generateHydrationScript();
