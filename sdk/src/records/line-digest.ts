import { hex } from '../verify/bytes.ts';
import { Sha256 } from '../verify/sha256.ts';

/** The first half of a character of two, or a carriage return. */
const waitsForMore = /[\r\ud800-\udbff]$/;

/** SHA-256 of a line's text in UTF-8, as hexadecimal digits. The line may come in parts, wherever they end, and none of them is kept. */
export class LineDigest {
  readonly #sha256 = new Sha256();
  readonly #encoder = new TextEncoder();
  /** What waits for the next part: half of a character, or what may be the end of the line. */
  #waiting = '';

  add(part: string): this {
    const text = this.#waiting + part;
    const end = waitsForMore.test(text) ? text.length - 1 : text.length;
    this.#waiting = text.slice(end);
    this.#sha256.add(this.#encoder.encode(text.slice(0, end)));
    return this;
  }

  /** Ends the line; a carriage return at its end is none of it. */
  digest(): string {
    const last = this.#waiting === '\r' ? '' : this.#waiting;
    return hex(this.#sha256.add(this.#encoder.encode(last)).digest());
  }
}
