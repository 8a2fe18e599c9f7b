import { hydrate } from 'svelte';
import Served from './Served.svelte';

hydrate(Served, {
  target: document.getElementById('root')!,
  props: { client: JSON.parse(document.getElementById('client')!.textContent) },
});
