/** `svelte-check` looks for one from here upwards; nothing is to be set. */
export default {};
