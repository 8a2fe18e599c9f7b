import { hydrateRoot } from 'react-dom/client';
import { ServedComponent } from './ServedComponent.tsx';

const place = document.getElementById('root')!;
hydrateRoot(place, <ServedComponent client={JSON.parse(document.getElementById('client')!.textContent)} />);
