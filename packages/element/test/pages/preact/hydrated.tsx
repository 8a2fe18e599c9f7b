import { hydrate } from 'preact';
import { ServedComponent } from './ServedComponent.tsx';

const place = document.getElementById('root')!;
hydrate(<ServedComponent client={JSON.parse(document.getElementById('client')!.textContent)} />, place);
