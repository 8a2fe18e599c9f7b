// Every page of the shop: the demo bar, the language of the step, printing.
import './site/choices.js';
import './site/dialogs.js';
