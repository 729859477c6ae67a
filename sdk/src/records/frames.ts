import { maxRecordLength } from './fields.ts';
import { LineDigest } from './line-digest.ts';

/** One record's text with the number of its first line in the file, from 1. */
export interface Frame {
  readonly line: number;
  readonly text: string;
  /** True where the text is longer than a record may be; what is given is its beginning. */
  readonly isCut: boolean;
  /** Of one that is cut: the digest of the whole. */
  readonly digest?: string;
}

/** A quoted field may take this many lines. */
const maxQuotedLines = 100;

/**
 * Cuts text into records at line ends. Where fields may be quoted, a line end inside of quotes belongs to the field; but a quote that is never closed costs its
 * own line only: after 100 lines, or more text than a record may have, that line stands alone and reading goes on behind it.
 */
export async function* framesOf(
  parts: AsyncIterable<string>,
  options: { readonly quotedFieldsIn?: string },
): AsyncGenerator<Frame> {
  const { quotedFieldsIn: separator } = options;
  let waiting: Frame[] = [];
  for await (const line of linesOf(parts)) {
    if (separator === undefined || line.isCut) {
      yield* apart(waiting, separator);
      yield line;
      waiting = [];
      continue;
    }
    waiting.push(line);
    if (!isOpen(joined(waiting).text, separator)) yield joined(waiting);
    else if (fits(waiting)) continue;
    else yield* apart(waiting, separator);
    waiting = [];
  }
  yield* apart(waiting, separator);
}

/** Whether a record ends inside of a quoted field. A quote opens a field at its beginning only; elsewhere it is a character like any other. */
function isOpen(text: string, separator: string): boolean {
  if (!text.includes('"')) return false;
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      at = closingQuote(text, at + 1);
      if (at < 0) return true;
    }
    const next = text.indexOf(separator, at);
    if (next < 0) return false;
    at = next + separator.length;
  }
}

/** Place behind the quote that closes a field; a doubled one does not. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at + 1;
  return -1;
}

function fits(lines: readonly Frame[]): boolean {
  return lines.length < maxQuotedLines && lines.reduce((sum, { text }) => sum + text.length, 0) < maxRecordLength;
}

function joined(lines: readonly Frame[]): Frame {
  const [first = { line: 0, text: '', isCut: false }] = lines;
  return lines.length === 1 ? first : { ...first, text: lines.map(({ text }) => text).join('\n') };
}

/** The line whose quote stays open goes alone; those behind it are read again as if it were not there. */
function apart(lines: readonly Frame[], separator = ','): Frame[] {
  const frames: Frame[] = [];
  let rest = lines;
  while (rest.length > 0) {
    const closed = rest.findIndex((_, at) => !isOpen(joined(rest.slice(0, at + 1)).text, separator));
    const taken = closed < 0 ? 1 : closed + 1;
    frames.push(joined(rest.slice(0, taken)));
    rest = rest.slice(taken);
  }
  return frames;
}

/** The lines of a frame by themselves, for one that turned out to be no record. */
export function linesWithin({ line, text }: Frame): Frame[] {
  return text.split('\n').map((one, at) => ({ line: line + at, text: one, isCut: false }));
}

async function* linesOf(parts: AsyncIterable<string>): AsyncGenerator<Frame> {
  let line = 1;
  let open = new OpenLine();
  for await (const part of parts) {
    const lines = part.split('\n');
    for (const [at, text] of lines.entries()) {
      open.add(text);
      if (at === lines.length - 1) break;
      yield* open.frame(line);
      line += 1;
      open = new OpenLine();
    }
  }
  yield* open.frame(line);
}

/** A line that has not ended yet. Of a long one no more is kept than is needed to refuse it. */
class OpenLine {
  #beginning = '';
  #digest: LineDigest | undefined;

  add(text: string): void {
    if (this.#digest === undefined && this.#beginning.length + text.length > maxRecordLength)
      this.#digest = new LineDigest().add(this.#beginning);
    this.#digest?.add(text);
    if (this.#beginning.length <= maxRecordLength) this.#beginning += text.slice(0, maxRecordLength + 1);
  }

  /** Nothing of a blank one. */
  frame(line: number): readonly Frame[] {
    const text = this.#beginning.replace(/\r$/, '');
    if (this.#digest !== undefined) return [{ line, text, isCut: true, digest: this.#digest.digest() }];
    return text.trim() === '' ? [] : [{ line, text, isCut: false }];
  }
}
