/** Loads the live part once the page itself is there, so that it delays nothing that is read first. */
const begin = async (): Promise<void> => {
  const [{ playScenario }, { homeScenarios }] = await Promise.all([
    import('./live-stage.ts'),
    import('./scenarios.ts'),
  ]);
  const named = new URLSearchParams(location.search).get('scenario');
  await playScenario(homeScenarios.find(({ id }) => id === named) ?? homeScenarios[0]);
  document.documentElement.dataset['live'] = 'true';
};
const whenIdle = (): void => {
  if ('requestIdleCallback' in window) requestIdleCallback(() => void begin(), { timeout: 1500 });
  else setTimeout(() => void begin(), 200);
};
if (document.readyState === 'complete') whenIdle();
else addEventListener('load', whenIdle, { once: true });
