import { renderToString } from 'react-dom/server';
import type { Payment } from '../payment.ts';
import { ServedComponent } from './ServedComponent.tsx';

/** Renders the page's markup, as the shop's server does. */
export const render = (client: Payment): string => renderToString(<ServedComponent client={client} />);
