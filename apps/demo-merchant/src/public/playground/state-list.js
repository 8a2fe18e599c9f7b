// The list of states: search, arrow keys, and the states one after another.

const everyMs = 1200;
const chips = () => [...document.querySelectorAll('[data-scene]')];
const shown = () => chips().filter((chip) => chip.getClientRects().length > 0);

/** Sets up the list; `choose` receives the id of a chosen scene. Returns how to mark the current one. */
export function setUpStateList(choose) {
  const search = document.getElementById('state-search');
  const autoPlay = document.getElementById('auto-play');
  let timer;

  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    autoPlay.setAttribute('aria-pressed', 'false');
  };
  /** Shows the scene `by` places from the current one, in the order of the list. */
  const move = (by) => {
    const all = shown();
    const at = all.findIndex((chip) => chip.getAttribute('aria-pressed') === 'true');
    const next = all[(Math.max(at, by > 0 ? -1 : 0) + by + all.length) % all.length];
    if (!next) return undefined;
    choose(next.dataset.scene);
    next.scrollIntoView({ block: 'nearest' });
    return next;
  };
  const playNext = () => {
    move(1);
    timer = setTimeout(playNext, everyMs);
  };

  for (const chip of chips()) {
    chip.addEventListener('click', () => {
      stop();
      choose(chip.dataset.scene);
    });
  }
  autoPlay.addEventListener('click', () => {
    if (timer !== undefined) return stop();
    autoPlay.setAttribute('aria-pressed', 'true');
    return playNext();
  });
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const group of document.querySelectorAll('.state-group')) {
      const title = group.dataset.title.toLowerCase();
      for (const chip of group.querySelectorAll('[data-scene]')) {
        const text = `${title} ${chip.textContent} ${chip.dataset.scene}`.toLowerCase();
        chip.hidden = !words.every((word) => text.includes(word));
      }
      group.hidden = !group.querySelector('[data-scene]:not([hidden])');
      if (search.value !== '' && !group.hidden) group.open = true;
    }
    document.getElementById('no-state').hidden = document.querySelector('.state-group:not([hidden])') !== null;
  });
  document.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    // The arrow keys of fields, choices and open dialogs are theirs.
    const isFree = event.target === document.body || event.target.id === 'main';
    const isInList = event.target.matches('[data-scene]');
    if (!by || event.ctrlKey || event.metaKey || event.altKey || !(isFree || isInList)) return;
    event.preventDefault();
    stop();
    const chip = move(by);
    if (isInList) chip?.focus();
  });

  return {
    stop,
    mark(id) {
      for (const chip of chips()) chip.setAttribute('aria-pressed', String(chip.dataset.scene === id));
    },
  };
}
