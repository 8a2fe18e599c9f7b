// Preloaded into the shop by tests: a clock that a message to the process sets forward.
const realNow = Date.now.bind(Date);
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;
process.on('message', ({ advanceSeconds }) => {
  aheadMs += advanceSeconds * 1000;
  process.send({ advanced: advanceSeconds });
});
process.channel?.unref();
