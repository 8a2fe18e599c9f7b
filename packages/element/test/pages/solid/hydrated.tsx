import { hydrate } from 'solid-js/web';
import { Served } from './Served.tsx';

const client = JSON.parse(document.getElementById('client')!.textContent);
hydrate(() => <Served client={client} />, document.getElementById('root')!);
