// The checkout: the card form, the drawer of test cards, and the OTP step in the form's place.
import './site/choices.js';
import './site/dialogs.js';
import { readData } from './checkout/data.js';
import { createOtpStep } from './checkout/otp-step.js';
import { showKeptProblem, watchForms } from './checkout/pay.js';
import { setUpCardForm } from './checkout/card-form.js';
import { setUpTestCards } from './checkout/test-cards.js';

const step = createOtpStep();
const cardForm = setUpCardForm();
setUpTestCards((card) => cardForm.fill(card));
watchForms({ step, isValid: (form) => form.id !== 'card-form' || cardForm.isValid() });

showKeptProblem();

const client = readData('otp-step');
if (client) step.resume(client);
