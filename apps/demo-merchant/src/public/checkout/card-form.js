// The card form: only test cards are accepted, and what is posted is their id. A number never leaves the page, because
// the fields have no names.
import { byId, checkout } from './data.js';

const onlyDigits = (text) => text.replaceAll(/\D/g, '');
const compact = (text) => text.replaceAll(/\s/g, '');

/** Returns the test card with a number, as it is shown. */
const findCard = (number) => checkout.cards.find((card) => compact(card.number) === compact(number));

const notListed =
  'This is not one of the test cards. The demo takes no real card: the number was not sent. Choose a test card.';

/** Checks of the fields: each returns what is wrong, or an empty string. */
const checks = {
  'card-number': (text) =>
    text === '' ? 'Enter a card number, or choose a test card.' : findCard(text) ? '' : notListed,
  'card-expiry': checkExpiry,
  'card-cvv': (text) => (/^(?:\d{3,4}|•+)$/.test(text) ? '' : 'Enter the 3 or 4 digits on the card.'),
  'card-name': (text) => (text === '' ? 'Enter the name on the card.' : ''),
};

function checkExpiry(text) {
  const [, month = '', year = ''] = /^(\d{2})\D*(?:20)?(\d{2})$/.exec(text) ?? [];
  if (Number(month) < 1 || Number(month) > 12 || year === '') return 'Enter month and year, for example 12 / 39.';
  // A card is valid until the end of its month.
  return new Date(2000 + Number(year), Number(month)) > new Date() ? '' : 'This card has expired.';
}

/** Sets up the form, and returns how to fill it in and how to check it. */
export function setUpCardForm() {
  const form = byId('card-form');
  const number = byId('card-number');
  if (!form || !number) return { fill: () => {}, isValid: () => true };
  // The form says what is wrong in its own words.
  form.noValidate = true;
  const cards = form.elements.namedItem('card');
  const fields = Object.keys(checks).map(byId);
  const groups = [form.querySelector('.card-fields'), form.querySelector('.save-card')];
  const savedChoices = [...form.querySelectorAll('[name="with"]')];
  /** Returns the id of the chosen saved card, or an empty string for another card. */
  const getSaved = () => savedChoices.find(({ checked }) => checked)?.value ?? '';

  const showError = (field, text) => {
    const error = byId(`${field.id}-error`);
    error.textContent = text;
    error.hidden = text === '';
    field.setAttribute('aria-invalid', String(text !== ''));
  };
  const check = (field) => {
    const text = checks[field.id](field.value.trim());
    showError(field, text);
    return text === '';
  };

  /** Makes the posted card the one that the form shows. */
  const update = () => {
    const saved = getSaved();
    for (const group of groups) group.hidden = saved !== '';
    const card = findCard(number.value);
    cards.value = saved || card?.id || '';
    byId('card-network').textContent = card?.network ?? '';
    byId('test-tag').textContent = card ? `Test card: ${card.title}` : '';
  };

  number.addEventListener('input', () => {
    formatInPlace(number, (digits) => digits.slice(0, 19).replaceAll(/\d{4}(?=\d)/g, '$& '));
    update();
  });
  byId('card-expiry').addEventListener('input', ({ target, inputType }) => {
    if (inputType?.startsWith('delete')) return;
    formatInPlace(target, (digits) => digits.replace(/^(\d{2})(?:20)?(\d{1,2}).*$/, '$1 / $2'));
  });
  for (const field of fields) {
    field.addEventListener('change', () => check(field));
    field.addEventListener('input', () => field.getAttribute('aria-invalid') === 'true' && check(field));
  }
  for (const choice of savedChoices) choice.addEventListener('change', update);
  update();

  return {
    fill(card) {
      const values = { number: card.number, expiry: card.expiry, cvv: card.cvv, name: card.name };
      for (const [name, value] of Object.entries(values)) byId(`card-${name}`).value = value;
      for (const choice of savedChoices) choice.checked = choice.value === '';
      for (const field of fields) showError(field, '');
      update();
    },
    isValid() {
      if (getSaved() !== '') return true;
      const wrong = fields.filter((field) => !check(field));
      wrong[0]?.focus();
      return wrong.length === 0;
    },
  };
}

/** Formats the digits of a field, and keeps the caret after the digit that it was after. */
function formatInPlace(field, format) {
  const before = onlyDigits(field.value.slice(0, field.selectionStart)).length;
  const formatted = format(onlyDigits(field.value));
  if (formatted === field.value) return;
  field.value = formatted;
  let at = 0;
  for (let digits = 0; at < formatted.length && digits < before; at += 1) digits += /\d/.test(formatted[at]) ? 1 : 0;
  // Behind the space that follows the last digit.
  if (before === onlyDigits(formatted).length) at = formatted.length;
  field.setSelectionRange(at, at);
}
