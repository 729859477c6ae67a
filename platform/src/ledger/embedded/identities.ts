import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWholeFile } from '../../runtime/whole-file.ts';
import type { LedgerRole } from '../port.ts';
import type { Signer } from './messages.ts';

export interface EmbeddedIdentities {
  readonly organisations: readonly { readonly mspId: string; readonly rootCertificate: string }[];
  readonly endorsers: readonly Signer[];
  readonly roles: Readonly<Record<LedgerRole, Signer>>;
}

const roleHolders: Readonly<Record<LedgerRole, string>> = {
  recorder: 'PlatformMSP',
  registrar: 'PlatformMSP',
  settler: 'PlatformMSP',
  auditor: 'CityMSP',
};

/** Keys of both organisations, made at set-up and readable by the owner of the folder only. */
export async function loadIdentities(folder: string, now: number): Promise<EmbeddedIdentities> {
  const known = readIdentities(folder);
  if (known !== undefined) return known;
  const made = await makeIdentities(now);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  makeWholeFile(join(folder, file), JSON.stringify(made));
  return made;
}

const file = 'identities.json';

/** Those of a ledger that was set up; undefined where none was. */
export function readIdentities(folder: string): EmbeddedIdentities | undefined {
  const path = join(folder, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as EmbeddedIdentities) : undefined;
}

async function makeIdentities(now: number): Promise<EmbeddedIdentities> {
  const platform = await makeOrganisation('PlatformMSP', now);
  const city = await makeOrganisation('CityMSP', now);
  const byMsp = new Map([platform, city].map((organisation) => [organisation.mspId, organisation]));
  const roles: Partial<Record<LedgerRole, Signer>> = {};
  for (const [role, mspId] of Object.entries(roleHolders) as [LedgerRole, string][]) {
    const issued = await byMsp.get(mspId)?.issue(role, { 'tanhui.role': role });
    if (issued !== undefined) roles[role] = issued;
  }
  return {
    organisations: [platform, city].map(({ mspId, rootCertificate }) => ({ mspId, rootCertificate })),
    endorsers: [platform.endorser, city.endorser],
    roles: roles as Record<LedgerRole, Signer>,
  };
}

async function makeOrganisation(mspId: string, now: number) {
  // Needed once in the life of an installation: a server that starts again does without the library.
  const { createRoot, issueCertificate } = await import('../identities.ts');
  const root = await createRoot(mspId, now);
  const issue = async (commonName: string, attributes?: Readonly<Record<string, string>>): Promise<Signer> => {
    const issued = await issueCertificate({
      caCertificate: root.certificate,
      caKey: root.privateKey,
      commonName,
      organisationalUnit: attributes === undefined ? 'peer' : 'client',
      ...(attributes !== undefined && { attributes }),
      now,
    });
    return { mspId, ...issued };
  };
  return { mspId, rootCertificate: root.certificate, endorser: await issue('endorser'), issue };
}
