// Loaded before the shop by the tests: the same process with a clock that can be set forward by a message.
const realNow = Date.now.bind(Date);
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;
process.on('message', ({ advanceSeconds }) => {
  aheadMs += advanceSeconds * 1000;
  process.send({ advanced: advanceSeconds });
});
process.channel?.unref();
