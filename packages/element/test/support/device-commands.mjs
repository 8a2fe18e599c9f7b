/**
 * Commands for real input devices that the test runner does not reach, and for what an engine exposes to assistive
 * technology. A command returns `false` in an engine whose automation lacks it.
 */
export function deviceCommands() {
  return {
    name: 'device-commands',
    async executeCommand({ command, payload, session }) {
      const { browser, id } = session;
      const engine = browser.type === 'webdriver' ? 'webkit' : browser.name === 'Firefox' ? 'firefox' : 'chromium';
      const run = devices[command]?.[engine] ?? (command in devices ? () => false : undefined);
      if (!run) return undefined;
      return (await run(engine === 'webkit' ? browser.driver : browser.getPage(id), payload)) ?? false;
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

/** Runs `use` with a separate protocol session, which ends before the next command. */
async function withProtocolSession(page, use) {
  const client = await page.createCDPSession();
  try {
    return await use(client);
  } finally {
    await client.detach();
  }
}

/** Returns the protocol's handle of a node that the test exposed. */
async function getExposedNode(client, index = 0) {
  const { result } = await client.send('Runtime.evaluate', { expression: `globalThis.exposedNodes[${index}]` });
  return result.objectId;
}

// These sessions stay open, because emulated and forced states end with their session.
const openSessions = new WeakMap();

async function getOpenSession(page) {
  const client = openSessions.get(page) ?? (await page.createCDPSession());
  openSessions.set(page, client);
  return client;
}

async function emulateMedia(page, features) {
  const client = await getOpenSession(page);
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

/** Drags selected text through the browser's own drag and drop. */
const dropText = (page, [[fromX, fromY], [toX, toY]]) =>
  withProtocolSession(page, async (client) => {
    const mouse = (type, x, y) =>
      client.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });
    // Both commands use one session, because only the session that controls the mouse is notified of its drag.
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

/** Performs steps of an input method: `{ composing }` shows uncommitted text, `{ commit }` commits a text. */
const compose = (page, steps) =>
  withProtocolSession(page, async (client) => {
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

/** Returns role, name, description and states of each exposed node, as assistive technology gets them. */
const computedByProtocol = (page, expected) =>
  withProtocolSession(page, async (client) => {
    await client.send('Accessibility.enable');
    const computed = [];
    for (const index of expected.keys()) {
      const objectId = await getExposedNode(client, index);
      const { nodes } = await client.send('Accessibility.getPartialAXTree', { objectId, fetchRelatives: false });
      const [{ role, name, description, properties = [] }] = nodes;
      const states = Object.fromEntries(properties.map((property) => [property.name, property.value.value]));
      computed.push({ role: role?.value, name: name?.value, description: description?.value ?? '', states });
    }
    return computed;
  });

async function computedByDriver(driver) {
  const computed = [];
  for (const element of await driver.executeScript('return globalThis.exposedNodes', [])) {
    const [id] = Object.values(element);
    computed.push({ role: await driver.getElementComputedRole(id), name: await driver.getElementComputedLabel(id) });
  }
  return computed;
}

/** Firefox exposes no properties of a node, but finds nodes by role and name: returns the expected ones on a match. */
async function computedByLocator(page, expected) {
  const computed = [];
  for (const [index, { role, name }] of expected.entries()) {
    const root = await page.evaluateHandle((at) => globalThis.exposedNodes[at].parentNode, index);
    // Firefox leaves directional isolates out of a name.
    const plainName = name.replace(/[\u2066-\u2069]/gu, '');
    const found = await root.$$(`aria/${plainName}[role="${role}"]`);
    const isOne = await page.evaluate((at, ...nodes) => nodes.includes(globalThis.exposedNodes[at]), index, ...found);
    computed.push(isOne ? { role, name } : { role: `not a ${role} of this name`, name: '' });
  }
  return computed;
}

async function forcePseudo(page, forcedPseudoClasses) {
  const client = await getOpenSession(page);
  await client.send('DOM.enable');
  await client.send('CSS.enable');
  await client.send('DOM.getDocument', { depth: 0 });
  const { nodeId } = await client.send('DOM.requestNode', { objectId: await getExposedNode(client) });
  await client.send('CSS.forcePseudoState', { nodeId, forcedPseudoClasses });
  return true;
}

/** Returns the font families that a node's glyphs come from, with the number of glyphs of each. */
const getRenderedFonts = (page) =>
  withProtocolSession(page, async (client) => {
    await client.send('DOM.enable');
    await client.send('CSS.enable');
    await client.send('DOM.getDocument', { depth: 0 });
    const { nodeId } = await client.send('DOM.requestNode', { objectId: await getExposedNode(client) });
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
  'device-fonts': { chromium: getRenderedFonts },
  'device-pseudo': { chromium: forcePseudo },
};
