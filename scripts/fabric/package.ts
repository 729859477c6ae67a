import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const blockBytes = 512;

/** A tar archive whose bytes depend on names and contents only: no times, no owners, files in the order given. */
export function tarOf(files: readonly { readonly name: string; readonly content: Buffer }[]): Buffer {
  const parts = files.flatMap(({ name, content }) => [
    headerOf(name, content.length),
    content,
    Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0, 100, 'ascii');
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** gzip without a time and with one name for the operating system, so that every machine makes the same bytes. */
export function gzipOf(bytes: Buffer): Buffer {
  const zipped = gzipSync(bytes, { level: 9 });
  zipped.writeUInt32LE(0, 4);
  zipped[9] = 255;
  return zipped;
}

export interface ChaincodePackage {
  readonly bytes: Buffer;
  /** `label:sha256`, what a peer will call it. */
  readonly id: string;
}

/** A contract-as-a-service package: it says where the contract's server listens and holds no code. */
export function chaincodePackage(options: {
  readonly label: string;
  readonly address: string;
  /** PEM of the authority that issued the server's certificate. */
  readonly rootCertificate: string;
}): ChaincodePackage {
  const connection = {
    address: options.address,
    dial_timeout: '10s',
    tls_required: true,
    client_auth_required: false,
    root_cert: options.rootCertificate,
  };
  const code = gzipOf(tarOf([{ name: 'connection.json', content: jsonBytes(connection) }]));
  const bytes = gzipOf(
    tarOf([
      { name: 'metadata.json', content: jsonBytes({ type: 'ccaas', label: options.label }) },
      { name: 'code.tar.gz', content: code },
    ]),
  );
  return { bytes, id: `${options.label}:${createHash('sha256').update(bytes).digest('hex')}` };
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/** The external builder 外部构建器: a peer runs these three instead of Docker. */
export const builderScripts: Readonly<Record<string, string>> = {
  detect: '#!/bin/sh\nexec grep -q \'"type":"ccaas"\' "$2/metadata.json"\n',
  build: '#!/bin/sh\nexec cp "$1/connection.json" "$3/connection.json"\n',
  release:
    '#!/bin/sh\nmkdir -p "$2/chaincode/server" && exec cp "$1/connection.json" "$2/chaincode/server/connection.json"\n',
};
