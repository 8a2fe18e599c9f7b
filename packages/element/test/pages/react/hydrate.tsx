import { hydrateRoot } from 'react-dom/client';
import { Served } from './Served.tsx';

const place = document.getElementById('root')!;
hydrateRoot(place, <Served session={place.dataset['session'] ?? ''} />);
