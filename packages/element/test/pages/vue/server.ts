import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import type { Payment } from '../payment.ts';
import Served from './Served.vue';

/** Renders the page's markup, as the shop's server does. */
export const render = (client: Payment): Promise<string> => renderToString(createSSRApp(Served, { client }));
