// All states on one sheet, light and dark side by side: for a look at a theme as a whole, or to print.
import { showScene } from './scenes.js';

/** Sets up the sheet. `prepare` gives a step the settings of the playground; `onClose` is called once it is closed. */
export function setUpSheet(scenes, prepare, onClose) {
  const sheet = document.getElementById('sheet');
  const grid = sheet.querySelector('.sheet-grid');
  let observer;
  document.getElementById('open-sheet').addEventListener('click', () => void open());
  async function open() {
    const drawn = scenes.map((scene) => drawScene(scene));
    const fill = ({ scene, figure, steps }) => {
      figure.append(...steps);
      return Promise.all(steps.map((step) => showScene(step, scene)));
    };
    grid.replaceChildren(...drawn.map(({ figure }) => figure));
    sheet.showModal();
    // First, because a loss of connection reaches every step of the page.
    await Promise.all(drawn.filter(({ scene }) => scene.action === 'offline').map(fill));
    if (!sheet.open) return;
    // A scene is drawn once it is nearly in view: there are many of them.
    observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          observer.unobserve(target);
          void fill(drawn.find(({ figure }) => figure === target));
        }
      },
      { root: grid, rootMargin: '200px' },
    );
    for (const { figure, scene } of drawn) if (scene.action !== 'offline') observer.observe(figure);
  }
  sheet.addEventListener('close', () => {
    observer?.disconnect();
    grid.replaceChildren();
    dispatchEvent(new Event('online'));
    onClose();
  });
  sheet.querySelector('[data-close]').addEventListener('click', () => sheet.close());

  function drawScene(scene) {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = scene.name;
    const steps = ['light', 'dark'].map((scheme) => {
      const step = document.createElement('plural-otp');
      step.manual = true;
      step.inert = true;
      prepare(step);
      step.style.colorScheme = scheme;
      return step;
    });
    figure.append(caption);
    return { scene, figure, steps };
  }
}
