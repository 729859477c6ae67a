import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBlock } from '../blocks.ts';
import type { LedgerClient } from '../port.ts';
import { signLowS } from '../signing.ts';
import { createEmbeddedLedger } from './embedded-ledger.ts';
import type { EmbeddedIdentities } from './identities.ts';
import type { Signer } from './messages.ts';

const contractsModule = fileURLToPath(new URL('../../../../chaincode/dist/index.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tanhui-ledger-'));
const clock = { now: () => Date.now() };
const methodology = { v: 1, id: 'demo.x', version: '1', digest: 'a'.repeat(64), validFrom: '2000-01-01' };
let ledger: LedgerClient;

beforeAll(async () => {
  ledger = await createEmbeddedLedger({ folder, contractsModule, clock });
});

afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

const sorted = (value: object) =>
  JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));

async function register(fields: object) {
  const endorsed = await ledger.endorse({ function: 'RegisterMethodology', args: [sorted(fields)], as: 'registrar' });
  await ledger.submit(endorsed.envelope);
  return ledger.status(endorsed.transactionId, { timeoutMs: 5_000 });
}

/** The envelope with the agency's endorsement made by somebody else of the agency. */
function endorsedBy(
  bytes: Uint8Array,
  { agency, submitter }: { readonly agency: Signer; readonly submitter: Signer },
): Uint8Array {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const action = transaction.getActionsList()[0] as peer.TransactionAction;
  const actionPayload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
  const endorsed = actionPayload.getAction() as peer.ChaincodeEndorsedAction;
  const identity = new msp.SerializedIdentity();
  identity.setMspid(agency.mspId);
  identity.setIdBytes(Buffer.from(agency.certificate));
  const endorser = identity.serializeBinary();
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(endorser);
  const signed = Buffer.concat([endorsed.getProposalResponsePayload_asU8(), endorser]);
  endorsement.setSignature(signLowS(signed, agency.privateKey));
  endorsed.setEndorsementsList([endorsed.getEndorsementsList()[0] as peer.Endorsement, endorsement]);
  action.setPayload(actionPayload.serializeBinary());
  payload.setData(transaction.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signLowS(envelope.getPayload_asU8(), submitter.privateKey));
  return envelope.serializeBinary();
}

describe('the embedded ledger', () => {
  it('commits what both organisations endorse, and reads it back', async () => {
    expect((await register(methodology)).code).toBe(0);
    const read = await ledger.evaluate({ function: 'ReadMethodology', args: ['demo.x', '1'], as: 'auditor' });
    expect(JSON.parse(Buffer.from(read).toString())).toEqual(methodology);
  });

  it('lets one of two concurrent creations through and gives the other code 11', async () => {
    const call = (digest: string) => ({
      function: 'RegisterMethodology',
      args: [sorted({ ...methodology, id: 'demo.race', digest: digest.repeat(64) })],
      as: 'registrar' as const,
    });
    const [first, second] = [await ledger.endorse(call('b')), await ledger.endorse(call('c'))];
    await ledger.submit(first.envelope);
    await ledger.submit(second.envelope);
    const codes = await Promise.all(
      [first, second].map(async ({ transactionId }) => (await ledger.status(transactionId, { timeoutMs: 5_000 })).code),
    );
    expect(codes).toEqual([0, 11]);
  });

  it('commits the same envelope once', async () => {
    const endorsed = await ledger.endorse({
      function: 'RegisterMethodology',
      args: [sorted({ ...methodology, id: 'demo.twice' })],
      as: 'registrar',
    });
    await ledger.submit(endorsed.envelope);
    await ledger.submit(endorsed.envelope);
    const status = await ledger.status(endorsed.transactionId, { timeoutMs: 5_000 });
    expect(status.code).toBe(0);
    expect((await ledger.status(endorsed.transactionId, { timeoutMs: 5_000 })).blockNumber).toBe(status.blockNumber);
  });

  it('gives the contract’s own code to who is refused', async () => {
    await expect(
      ledger.endorse({ function: 'RegisterMethodology', args: [sorted(methodology)], as: 'auditor' }),
    ).rejects.toMatchObject({
      kind: 'contract-refused',
      contractCode: 'FORBIDDEN',
    });
    await expect(register({ ...methodology, digest: 'd'.repeat(64) })).rejects.toMatchObject({
      contractCode: 'METHODOLOGY_EXISTS',
    });
  });

  it('calls an envelope that one organisation endorsed a policy failure', async () => {
    const endorsed = await ledger.endorse({
      function: 'RegisterMethodology',
      args: [sorted({ ...methodology, id: 'demo.alone' })],
      as: 'registrar',
      endorsers: ['PlatformMSP'],
    });
    await ledger.submit(endorsed.envelope);
    expect((await ledger.status(endorsed.transactionId, { timeoutMs: 5_000 })).code).toBe(10);
  });

  it.each([
    ['one of its peers', 0],
    ['one of its clients', 10],
  ] as const)('takes for the agency what %s signed: code %i', async (who, code) => {
    const call = { function: 'RegisterMethodology', args: [sorted({ ...methodology, id: `demo.signed${code}` })] };
    const { envelope, transactionId } = await ledger.endorse({ ...call, as: 'registrar' });
    const { endorsers, roles } = JSON.parse(
      readFileSync(join(folder, 'identities.json'), 'utf8'),
    ) as EmbeddedIdentities;
    const peers = endorsers.find(({ mspId }) => mspId === 'CityMSP') as Signer;
    const agency = who === 'one of its peers' ? peers : roles.auditor;
    await ledger.submit(endorsedBy(envelope, { agency, submitter: roles.registrar }));
    expect((await ledger.status(transactionId, { timeoutMs: 5_000 })).code).toBe(code);
  });

  it('says that an outcome is unknown while no block holds the transaction', async () => {
    await expect(ledger.status('0'.repeat(64), { timeoutMs: 50 })).rejects.toMatchObject({ kind: 'outcome-unknown' });
  });

  it('chains blocks by hashes that plain SHA-256 confirms, and is the same after a restart', async () => {
    const height = await ledger.height();
    let previous = '';
    for (let number = 0; number < height; number += 1) {
      const block = readBlock((await ledger.block(number))?.bytes ?? new Uint8Array());
      expect(block.previousHash).toBe(previous);
      previous = block.headerHash;
    }
    await ledger.close();
    ledger = await createEmbeddedLedger({ folder, contractsModule, clock });
    expect(await ledger.height()).toBe(height);
    const read = await ledger.evaluate({ function: 'ReadMethodology', args: ['demo.x', '1'], as: 'auditor' });
    expect(Buffer.from(read).toString()).toBe(sorted(methodology));
  });
});
