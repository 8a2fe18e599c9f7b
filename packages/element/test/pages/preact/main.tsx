import { render } from 'preact';
import { Checkout } from './Checkout.tsx';

render(<Checkout />, document.body.appendChild(document.createElement('div')));
