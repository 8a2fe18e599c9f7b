import { render as renderComponent } from 'svelte/server';
import type { Payment } from '../payment.ts';
import Served from './Served.svelte';

/** Renders the page's markup, as the shop's server does. */
export const render = (client: Payment): string => renderComponent(Served, { props: { client } }).body;
