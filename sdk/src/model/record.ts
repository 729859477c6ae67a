import type { EvidenceClass, Mode } from './activity.ts';
import type { Day, Instant } from './time.ts';

/** The order is the leaf's kind byte and never changes. */
export const recordKinds = ['record', 'reversal', 'correction'] as const;
export type RecordKind = (typeof recordKinds)[number];

/**
 * 减排记录 as it is committed to: exactly these members, canonicalised as docs/spec/canonical-v1.md says.
 * Optional members are absent, never null. Amounts and quantities are decimal strings.
 */
export interface CarbonRecordBody {
  readonly v: 1;
  readonly programme: string;
  readonly id: string;
  readonly kind: RecordKind;
  readonly day: Day;
  readonly mode: Mode;
  readonly district: string;
  readonly evidence: EvidenceClass;
  readonly methodology: string;
  readonly methodologyDigest: string;
  /** Named quantities that went into the formula, e.g. `{ "distanceMeters": "6200" }`. */
  readonly quantities: Readonly<Record<string, string>>;
  readonly reductionMilligrams: string;
  readonly activity: string;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly retrospective?: true;
  /** Of a reversal or correction: the record it points back to. */
  readonly reverses?: string;
}

/** One line of a batch's totals; lines are unique and sorted by (kind, mode, methodology, district). */
export interface BatchTotal {
  readonly kind: RecordKind;
  readonly mode: Mode;
  /** Index into the header's methodology table. */
  readonly methodology: number;
  readonly district: string;
  readonly count: number;
  readonly milligrams: string;
}

export interface MethodologyReference {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
}

/** 批次头: what stands on the ledger for a batch 批次 of sealed records. */
export interface BatchHeader {
  readonly v: 1;
  readonly programme: string;
  readonly day: Day;
  readonly batch: string;
  readonly leafVersion: 1;
  readonly hash: 'sha256';
  readonly retrospective: boolean;
  readonly methodologies: readonly MethodologyReference[];
  readonly count: number;
  readonly root: string;
  readonly firstNullifier: string;
  readonly lastNullifier: string;
  readonly totals: readonly BatchTotal[];
}

/** What an endorser signed: enough to check both organisations' signatures over the batch header. Engine and block are only told. */
export interface EndorsedTransaction {
  readonly engine: 'embedded' | 'fabric';
  readonly channel: string;
  readonly chaincode: string;
  readonly id: string;
  readonly block: number;
  /** `protos.ProposalResponsePayload`, base64. */
  readonly payload: string;
  /** What was proposed: its hash stands in `payload`, so it proves channel and id. Receipts of before it was kept lack it. */
  readonly proposal?: {
    /** `common.ChannelHeader`, base64. */
    readonly channelHeader: string;
    /** `common.SignatureHeader`, base64. */
    readonly signatureHeader: string;
    /** `protos.ChaincodeProposalPayload` without transient data, base64. */
    readonly payload: string;
  };
  readonly endorsements: readonly {
    /** `msp.SerializedIdentity`, base64. */
    readonly endorser: string;
    /** ECDSA P-256 over SHA-256 of payload and endorser, DER, base64. */
    readonly signature: string;
  }[];
}

/** 收据: a citizen takes it home and verifies it without us. */
export interface Receipt {
  readonly format: 'tanhui-receipt-v1';
  readonly record: CarbonRecordBody;
  /** 32 bytes, hex: opens the commitment. */
  readonly salt: string;
  /** 作废符: 16 bytes, hex. */
  readonly nullifier: string;
  /** District as the leaf carries it: a small group is coarsened to its city. */
  readonly leafDistrict: string;
  readonly index: number;
  /** RFC 6962 audit path, leaf to root, hex. */
  readonly path: readonly string[];
  readonly header: BatchHeader;
  readonly transaction: EndorsedTransaction;
  /** Absent until checkpoints exist; shown as "not yet". */
  readonly checkpoint?: never;
}
