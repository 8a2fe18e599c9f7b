/**
 * Real devices the test runner's own commands do not reach, and what an engine tells assistive technology. Each
 * command answers `false` where this engine's automation cannot do it.
 */
export function deviceCommands() {
  return {
    name: 'device-commands',
    async executeCommand({ command, payload, session }) {
      const { browser, id } = session;
      const engine = browser.type === 'webdriver' ? 'webkit' : browser.name === 'Firefox' ? 'firefox' : 'chromium';
      const act = devices[command]?.[engine] ?? (command in devices ? () => false : undefined);
      if (!act) return undefined;
      return (await act(engine === 'webkit' ? browser.driver : browser.getPage(id), payload)) ?? false;
    },
  };
}

const webDriverKeys = { Control: '\uE009', Shift: '\uE008', Tab: '\uE004', ArrowLeft: '\uE012', Home: '\uE011' };

async function chordByPage(page, [modifier, key]) {
  await page.keyboard.down(modifier);
  await page.keyboard.press(key);
  await page.keyboard.up(modifier);
  return true;
}

async function chordByDriver(driver, [modifier, key]) {
  const keys = [webDriverKeys[modifier], webDriverKeys[key] ?? key];
  const actions = [
    ...keys.map((value) => ({ type: 'keyDown', value })),
    ...keys.toReversed().map((value) => ({ type: 'keyUp', value })),
  ];
  await driver.performActions([{ type: 'key', id: 'keyboard', actions }]);
  return true;
}

/** Runs `use` with a protocol session of its own, which is left before the next command. */
async function overProtocol(page, use) {
  const client = await page.createCDPSession();
  try {
    return await use(client);
  } finally {
    await client.detach();
  }
}

/** The protocol's handle of the node that a test pointed at. */
async function pointedAt(client, index = 0) {
  const { result } = await client.send('Runtime.evaluate', { expression: `globalThis.pointedAt[${index}]` });
  return result.objectId;
}

// Kept open: what is emulated or forced lasts as long as the session that asked for it.
const lastingClients = new WeakMap();

async function lasting(page) {
  const client = lastingClients.get(page) ?? (await page.createCDPSession());
  lastingClients.set(page, client);
  return client;
}

async function emulateMedia(page, features) {
  const client = await lasting(page);
  await client.send('Emulation.setEmulatedMedia', { features });
  return true;
}

async function setViewport(page, size) {
  await page.setViewport(size);
  return true;
}

async function drag(page, [[fromX, fromY], [toX, toY]]) {
  await page.mouse.move(fromX, fromY);
  await page.mouse.down();
  await page.mouse.move((fromX + toX) / 2, (fromY + toY) / 2, { steps: 4 });
  await page.mouse.move(toX, toY, { steps: 4 });
  await page.mouse.up();
  return true;
}

/** A drag of a selected text, as the browser's own drag and drop brings it to the page. */
const dropText = (page, [[fromX, fromY], [toX, toY]]) =>
  overProtocol(page, async (client) => {
    const mouse = (type, x, y) =>
      client.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });
    // Both come from one session: only the one that holds the mouse hears of its drag.
    await client.send('Input.setInterceptDrags', { enabled: true });
    const begun = new Promise((done) => client.once('Input.dragIntercepted', ({ data }) => done(data)));
    await mouse('mousePressed', fromX, fromY);
    await mouse('mouseMoved', fromX + 10, fromY);
    await mouse('mouseMoved', toX, toY);
    const data = await begun;
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
      await client.send('Input.dispatchDragEvent', { type, x: toX, y: toY, data });
    }
    await mouse('mouseReleased', toX, toY);
    return true;
  });

async function dragByDriver(driver, [[fromX, fromY], [toX, toY]]) {
  const move = (x, y) => ({ type: 'pointerMove', duration: 50, x: Math.round(x), y: Math.round(y) });
  const actions = [
    move(fromX, fromY),
    { type: 'pointerDown', button: 0 },
    { type: 'pause', duration: 100 },
    move((fromX + toX) / 2, (fromY + toY) / 2),
    move(toX, toY),
    move(toX, toY),
    { type: 'pointerUp', button: 0 },
  ];
  await driver.performActions([{ type: 'pointer', id: 'mouse', actions }]);
  return true;
}

async function doubleClick(page, [x, y]) {
  await page.mouse.click(x, y, { count: 2 });
  return true;
}

async function doubleClickByDriver(driver, [x, y]) {
  const click = [
    { type: 'pointerDown', button: 0 },
    { type: 'pointerUp', button: 0 },
  ];
  const actions = [{ type: 'pointerMove', duration: 0, x, y }, ...click, ...click];
  await driver.performActions([{ type: 'pointer', id: 'mouse', actions }]);
  return true;
}

/** Several steps of an input method: `{ composing }` shows a text not yet decided, `{ commit }` decides on one. */
const compose = (page, steps) =>
  overProtocol(page, async (client) => {
    for (const { composing, commit } of steps) {
      if (commit === undefined) {
        const caret = composing.length;
        await client.send('Input.imeSetComposition', { text: composing, selectionStart: caret, selectionEnd: caret });
      } else {
        await client.send('Input.insertText', { text: commit });
      }
    }
    return true;
  });

/** Role, name, description and states of each node pointed at, as assistive technology is told. */
const computedByProtocol = (page, expected) =>
  overProtocol(page, async (client) => {
    await client.send('Accessibility.enable');
    const told = [];
    for (const index of expected.keys()) {
      const objectId = await pointedAt(client, index);
      const { nodes } = await client.send('Accessibility.getPartialAXTree', { objectId, fetchRelatives: false });
      const [{ role, name, description, properties = [] }] = nodes;
      const states = Object.fromEntries(properties.map((property) => [property.name, property.value.value]));
      told.push({ role: role?.value, name: name?.value, description: description?.value ?? '', states });
    }
    return told;
  });

async function computedByDriver(driver) {
  const told = [];
  for (const element of await driver.executeScript('return globalThis.pointedAt', [])) {
    const [id] = Object.values(element);
    told.push({ role: await driver.getElementComputedRole(id), name: await driver.getElementComputedLabel(id) });
  }
  return told;
}

/** Firefox tells nothing of a node, but finds those of a role and a name: what was expected, where the node is one. */
async function computedByLocator(page, expected) {
  const told = [];
  for (const [index, { role, name }] of expected.entries()) {
    const root = await page.evaluateHandle((at) => globalThis.pointedAt[at].parentNode, index);
    const found = await root.$$(`aria/${name}[role="${role}"]`);
    const isOne = await page.evaluate((at, ...nodes) => nodes.includes(globalThis.pointedAt[at]), index, ...found);
    told.push(isOne ? { role, name } : { role: `not a ${role} of this name`, name: '' });
  }
  return told;
}

async function forcePseudo(page, forcedPseudoClasses) {
  const client = await lasting(page);
  await client.send('DOM.enable');
  await client.send('CSS.enable');
  await client.send('DOM.getDocument', { depth: 0 });
  const { nodeId } = await client.send('DOM.requestNode', { objectId: await pointedAt(client) });
  await client.send('CSS.forcePseudoState', { nodeId, forcedPseudoClasses });
  return true;
}

/** The families a node's glyphs really come from, and how many come from each. */
const fontsOf = (page) =>
  overProtocol(page, async (client) => {
    await client.send('DOM.enable');
    await client.send('CSS.enable');
    await client.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = await client.send('DOM.requestNode', { objectId: await pointedAt(client) });
    const { fonts } = await client.send('CSS.getPlatformFontsForNode', { nodeId });
    return fonts.map(({ familyName, glyphCount }) => ({ family: familyName, glyphs: glyphCount }));
  });

const devices = {
  'device-chord': { chromium: chordByPage, firefox: chordByPage, webkit: chordByDriver },
  'device-media': { chromium: emulateMedia },
  'device-viewport': { chromium: setViewport, firefox: setViewport },
  'device-drag': { chromium: drag, firefox: drag, webkit: dragByDriver },
  'device-drop': { chromium: dropText },
  'device-double-click': { chromium: doubleClick, firefox: doubleClick, webkit: doubleClickByDriver },
  'device-compose': { chromium: compose },
  'device-computed': {
    chromium: computedByProtocol,
    webkit: computedByDriver,
    firefox: computedByLocator,
  },
  'device-fonts': { chromium: fontsOf },
  'device-pseudo': { chromium: forcePseudo },
};
