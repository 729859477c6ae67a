/**
 * Texts laid end to end as UTF-8 in memory that two threads share. On their way to the database they are neither copied nor made into objects again,
 * which is what crossing a thread costs otherwise.
 */
export interface PackedTexts {
  readonly memory: SharedArrayBuffer;
  /** Where each of them ends, in bytes. */
  readonly ends: Uint32Array;
}

/** Lends memory for one call at a time and takes it back, so that a busy store makes no garbage. */
export interface TextPacker {
  /** The texts are there until `use` settles. */
  lend<Result>(texts: readonly string[], use: (packed: PackedTexts) => Promise<Result>): Promise<Result>;
}

const firstBytes = 65_536;
const maxBytesPerUnit = 3;
/** Memory of a rare long call is given back rather than kept. */
const maxKeptBytes = 4_194_304;
/** Of memories that wait for their next call. */
const maxKept = 12;

export function createTextPacker(): TextPacker {
  const free: Buffer<SharedArrayBuffer>[] = [];
  return {
    // Nothing here may hold the texts until they are carried out: with what they were made of they are most of what would outlive a collection of garbage.
    lend(texts, use) {
      const { bytes, ends } = pack(texts, free.pop() ?? roomFor(firstBytes));
      return use({ memory: bytes.buffer, ends }).finally(() => {
        if (bytes.length <= maxKeptBytes && free.length < maxKept) free.push(bytes);
      });
    },
  };
}

function roomFor(length: number): Buffer<SharedArrayBuffer> {
  return Buffer.from(new SharedArrayBuffer(length));
}

function pack(
  texts: readonly string[],
  given: Buffer<SharedArrayBuffer>,
): { readonly bytes: Buffer<SharedArrayBuffer>; readonly ends: Uint32Array } {
  const ends = new Uint32Array(texts.length);
  let bytes = given;
  let end = 0;
  let at = 0;
  for (const text of texts) {
    const room = end + text.length * maxBytesPerUnit;
    if (room > bytes.length) {
      const larger = roomFor(2 * room);
      bytes.copy(larger, 0, 0, end);
      bytes = larger;
    }
    end += bytes.write(text, end);
    ends[at] = end;
    at += 1;
  }
  return { bytes, ends };
}

/** Each packed text as bytes, in order. They are bound as they are; the statement says that they are text. */
export function bytesOf({ memory, ends }: PackedTexts): Uint8Array[] {
  const whole = new Uint8Array(memory);
  let from = 0;
  return Array.from(ends, (end) => {
    const bytes = whole.subarray(from, end);
    from = end;
    return bytes;
  });
}
