// All states on one sheet, light and dark side by side: for a look at a theme as a whole, or to print.
import { showScene } from './scenes.js';

/** Sets up the sheet. `prepare` gives a step the settings of the playground. */
export function setUpSheet(scenes, prepare) {
  const sheet = document.getElementById('sheet');
  const grid = sheet.querySelector('.sheet-grid');
  let observer;
  document.getElementById('open-sheet').addEventListener('click', () => {
    // A loss of connection would reach every step of the page.
    const drawn = scenes.filter(({ action }) => action !== 'offline').map((scene) => drawScene(scene));
    grid.replaceChildren(...drawn.map(({ figure }) => figure));
    sheet.showModal();
    // A scene is drawn once it is nearly in view: there are many of them.
    observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          observer.unobserve(target);
          const { scene, steps } = drawn.find(({ figure }) => figure === target);
          target.append(...steps);
          for (const step of steps) void showScene(step, scene);
        }
      },
      { root: grid, rootMargin: '200px' },
    );
    for (const { figure } of drawn) observer.observe(figure);
  });
  sheet.addEventListener('close', () => {
    observer.disconnect();
    grid.replaceChildren();
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
