import { createApp } from 'vue';
import Checkout from './Checkout.vue';

createApp(Checkout).mount(document.body.appendChild(document.createElement('div')));
