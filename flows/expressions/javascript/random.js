// Randomness for Math.random, crypto and uuid: a ChaCha20 key stream, keyed afresh in every child.
// A forked engine would otherwise hand out the same "random" values in every run.
(function (host) {
  'use strict';
  const state = new Uint32Array(16);
  const block = new Uint32Array(16);
  let used = 16;

  function quarter(a, b, c, d) {
    let mixed;
    block[a] += block[b]; mixed = block[d] ^ block[a]; block[d] = (mixed << 16) | (mixed >>> 16);
    block[c] += block[d]; mixed = block[b] ^ block[c]; block[b] = (mixed << 12) | (mixed >>> 20);
    block[a] += block[b]; mixed = block[d] ^ block[a]; block[d] = (mixed << 8) | (mixed >>> 24);
    block[c] += block[d]; mixed = block[b] ^ block[c]; block[b] = (mixed << 7) | (mixed >>> 25);
  }

  function refill() {
    for (let at = 0; at < 16; at++) block[at] = state[at];
    for (let round = 0; round < 10; round++) {
      quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
      quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
    }
    for (let at = 0; at < 16; at++) block[at] += state[at];
    state[12]++;
    used = 0;
  }

  function next() {
    if (used === 16) refill();
    return block[used++];
  }

  function getRandomValues(array) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at++) bytes[at] = next() & 255;
    return array;
  }

  function randomUUID() {
    const bytes = getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    let text = '';
    for (let at = 0; at < 16; at++) {
      text += (at === 4 || at === 6 || at === 8 || at === 10 ? '-' : '') + (bytes[at] + 256).toString(16).slice(1);
    }
    return text;
  }

  const random = () => (next() * 0x200000 + (next() >>> 11)) / 0x20000000000000;
  Object.defineProperty(Math, 'random', { value: random, writable: true, configurable: true });
  globalThis.crypto = { getRandomValues, randomUUID };

  host.seed = function (key) {
    const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
    for (let at = 0; at < 4; at++) state[at] = constants[at];
    for (let at = 0; at < 8; at++) state[4 + at] = parseInt(key.slice(at * 8, at * 8 + 8), 16);
    used = 16;
  };
})
