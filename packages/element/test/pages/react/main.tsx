import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Checkout } from './Checkout.tsx';

createRoot(document.body.appendChild(document.createElement('div'))).render(
  <StrictMode>
    <Checkout />
  </StrictMode>,
);
