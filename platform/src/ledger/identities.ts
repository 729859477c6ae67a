// The X.509 library resolves its parts through it.
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as Parameters<typeof x509.cryptoProvider.set>[0] & typeof webcrypto);

/** A certificate and its key, both PEM; the key is PKCS#8. */
export interface IssuedIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const yearMs = 365 * 86_400_000;
/** Extension in which Fabric looks for attributes. */
const attributeOid = '1.2.3.4.5.6.7.8.1';

/** Makes a root for one organisation; ten years, for signing certificates only. */
export async function createRoot(organisation: string, now: number): Promise<IssuedIdentity> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${organisation} root, O=${organisation}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 10 * yearMs),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: certificate.toString('pem'), privateKey: await exported(keys.privateKey) };
}

/** Issues a service identity of an organisation; its role is an attribute of the certificate, as the contract reads it. */
export async function issueCertificate(request: {
  readonly caCertificate: string;
  readonly caKey: string;
  readonly commonName: string;
  readonly organisationalUnit: 'client' | 'peer';
  readonly attributes?: Readonly<Record<string, string>>;
  readonly now: number;
}): Promise<IssuedIdentity> {
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(request.caCertificate);
  const extensions: x509.Extension[] = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ];
  if (request.attributes !== undefined) {
    extensions.push(
      new x509.Extension(attributeOid, false, Buffer.from(JSON.stringify({ attrs: request.attributes }))),
    );
  }
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${request.commonName}, OU=${request.organisationalUnit}`,
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await signingKey(request.caKey),
    signingAlgorithm: algorithm,
    notBefore: new Date(request.now - 60_000),
    notAfter: new Date(request.now + 5 * yearMs),
    extensions,
  });
  return { certificate: certificate.toString('pem'), privateKey: await exported(keys.privateKey) };
}

async function newKeys(): Promise<{
  readonly publicKey: webcrypto.CryptoKey;
  readonly privateKey: webcrypto.CryptoKey;
}> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exported(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const key: KeyObject = createPrivateKey(pem);
  return webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['sign']);
}
