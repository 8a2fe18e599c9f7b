// The data that the page brings with it.

/** Returns the content of a data block, or `undefined` if the page has none with this id. */
export function readData(id) {
  const block = document.getElementById(id);
  return block === null ? undefined : JSON.parse(block.textContent);
}

/** The order, its cards and the addresses that belong to the page. */
export const checkout = readData('checkout');

/** Element of the page by its id. */
export const byId = (id) => document.getElementById(id);
