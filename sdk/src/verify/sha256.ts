/** SHA-256 (FIPS 180-4) of our own: a receipt needs some thirty small hashes, and each call into the browser's asynchronous one costs more than the hash. */
const k = roundConstants();

export function sha256(message: Uint8Array): Uint8Array {
  return new Sha256().add(message).digest();
}

const blockBytes = 64;
const lengthBytes = 8;

/** The same of a message that comes in parts, of which none is kept. */
export class Sha256 {
  readonly #state = Uint32Array.of(
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
  );
  readonly #words = new Uint32Array(64);
  /** The bytes that do not fill a block yet. */
  readonly #rest = new Uint8Array(blockBytes);
  readonly #view = new DataView(this.#rest.buffer);
  #length = 0;

  add(part: Uint8Array): this {
    let from = 0;
    while (from < part.length) {
      const at = this.#length % blockBytes;
      const taken = Math.min(blockBytes - at, part.length - from);
      this.#rest.set(part.subarray(from, from + taken), at);
      from += taken;
      this.#length += taken;
      if (at + taken === blockBytes) this.#compress();
    }
    return this;
  }

  /** Ends the message. */
  digest(): Uint8Array {
    const bits = BigInt(this.#length) * 8n;
    const filled = (this.#length % blockBytes) + 1;
    const blocks = filled + lengthBytes > blockBytes ? 2 : 1;
    const end = new Uint8Array(blocks * blockBytes - filled + 1);
    end[0] = 0x80;
    new DataView(end.buffer).setBigUint64(end.length - lengthBytes, bits);
    this.add(end);
    const digest = new Uint8Array(32);
    const out = new DataView(digest.buffer);
    for (let at = 0; at < 8; at += 1) out.setUint32(4 * at, read(this.#state, at));
    return digest;
  }

  #compress(): void {
    for (let at = 0; at < 16; at += 1) this.#words[at] = this.#view.getUint32(4 * at);
    compress(this.#state, this.#words);
  }
}

function read(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function compress(state: Uint32Array, words: Uint32Array): void {
  for (let at = 16; at < 64; at += 1) {
    const [w15, w2] = [read(words, at - 15), read(words, at - 2)];
    const small0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const small1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[at] = read(words, at - 16) + small0 + read(words, at - 7) + small1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let at = 0; at < 64; at += 1) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + big1 + ((e & f) ^ (~e & g)) + read(k, at) + read(words, at)) | 0;
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  const mixed = [a, b, c, d, e, f, g, h];
  for (const [at, word] of mixed.entries()) state[at] = read(state, at) + word;
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
function roundConstants(): Uint32Array {
  const constants = new Uint32Array(64);
  let found = 0;
  for (let candidate = 2n; found < 64; candidate += 1n) {
    if (!isPrime(candidate)) continue;
    constants[found] = Number(cubeRoot(candidate << 96n) & 0xffffffffn);
    found += 1;
  }
  return constants;
}

function isPrime(value: bigint): boolean {
  for (let divisor = 2n; divisor * divisor <= value; divisor += 1n) if (value % divisor === 0n) return false;
  return true;
}

function cubeRoot(value: bigint): bigint {
  let [low, high] = [0n, 1n << 40n];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** 3n <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}
