import { createSSRApp } from 'vue';
import Served from './Served.vue';

createSSRApp(Served, { client: JSON.parse(document.getElementById('client')!.textContent) }).mount('#root');
