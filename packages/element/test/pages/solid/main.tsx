import { render } from 'solid-js/web';
import { Checkout } from './Checkout.tsx';

render(() => <Checkout />, document.body.appendChild(document.createElement('div')));
