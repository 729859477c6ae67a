import { msp } from '@hyperledger/fabric-protos';
import { verifyReceipt } from '@tanhui/sdk/verify';
import { expect, it } from 'vitest';
import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };
import { createRoot, issueCertificate } from '../../src/ledger/identities.ts';
import { signLowS } from '../../src/ledger/signing.ts';

type Unit = 'peer' | 'client';

/** An organisation of this test that signs what was endorsed, as one of its peers or as one of its clients. */
async function organisation(mspId: string, payload: Uint8Array, unit: Unit) {
  const root = await createRoot(mspId, Date.now());
  const { certificate, privateKey } = await issueCertificate({
    caCertificate: root.certificate,
    caKey: root.privateKey,
    commonName: unit,
    organisationalUnit: unit,
    now: Date.now(),
  });
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  const endorser = identity.serializeBinary();
  const signature = signLowS(Buffer.concat([payload, endorser]), privateKey);
  return {
    root: { mspId, certificate: root.certificate },
    endorsement: { endorser: Buffer.from(endorser).toString('base64'), signature: signature.toString('base64') },
  };
}

it.each<[city: Unit, failure: string | undefined]>([
  ['peer', undefined],
  ['client', 'SIGNATURE_MISSING'],
])('a receipt that the agency signed as a %s: %s', async (city, failure) => {
  const receipt = vectors.receipts[0]?.receipt;
  const payload = Buffer.from(receipt?.transaction.payload ?? '', 'base64');
  const signed = [await organisation('PlatformMSP', payload, 'peer'), await organisation('CityMSP', payload, city)];
  const transaction = { ...receipt?.transaction, endorsements: signed.map(({ endorsement }) => endorsement) };
  const { steps } = await verifyReceipt({ ...receipt, transaction }, { roots: signed.map(({ root }) => root) });
  expect(steps.find(({ code }) => code !== undefined)?.code).toBe(failure);
});
