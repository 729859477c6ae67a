import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { refuseConfig } from './config-refusals.ts';
import { Secret } from './kernel/index.ts';

const flag = (byDefault: 'true' | 'false') =>
  z
    .enum(['true', 'false'])
    .default(byDefault)
    .transform((text) => text === 'true');

/** An IPv6 address may stand in the brackets that it has in a URL. */
const host = (about: string) =>
  z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(about)
    .transform((text) => text.replace(/^\[(.+)\]$/, '$1'));

const perMinute = (count: number) => z.coerce.number().int().min(10).max(1_000_000).default(count);

/** Every setting, with its unit in its name. An unknown variable with our prefix is a typing error and is refused. */
const schema = z.object({
  TANHUI_MODE: z
    .enum(['demo', 'production'])
    .default('demo')
    .describe('demo: simulated people and wallets; production refuses both'),
  TANHUI_DATA: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder of the keys and of the embedded store and ledger; .tanhui/data, with Fabric or MongoDB one of their own',
    ),
  TANHUI_HOST: host('Address to listen on'),
  TANHUI_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('Port to listen on; 0 takes a free one'),
  TANHUI_CITY: z
    .string()
    .min(1)
    .optional()
    .describe('Folder with your own methodologies and programmes, beside those that ship'),
  TANHUI_PROGRAMME: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .describe(
      'Programme that is meant where nobody names one; in a demo the simulated city, in production the only one that there is',
    ),
  TANHUI_STORE: z
    .enum(['sqlite', 'mongodb'])
    .default('sqlite')
    .describe('Where documents stand: embedded in the data folder, or in MongoDB'),
  TANHUI_MONGODB_URI: z
    .string()
    .min(1)
    .transform((text) => new Secret(text))
    .optional()
    .describe('Address of the MongoDB replica set, mongodb://host:port/database?replicaSet=name'),
  TANHUI_MONGODB_URI_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File that holds this address, in its place: how Docker and Kubernetes hand secrets out'),
  TANHUI_LEDGER: z.enum(['embedded', 'fabric']).default('embedded').describe('Engine of the carbon ledger'),
  TANHUI_FABRIC_CONNECTION: z
    .string()
    .min(1)
    .default('.tanhui/fabric/connection.json')
    .describe('File that says where the Fabric network is and holds our identities; fabric:up writes one'),
  TANHUI_GATEWAY: z
    .enum(['simulated', 'none'])
    .default('simulated')
    .describe('e-CNY gateway; none pays nothing; production refuses the simulated one'),
  TANHUI_RATE_CREDENTIAL_PER_MINUTE: perMinute(6_000).describe('Requests of one credential or person, each minute'),
  TANHUI_RATE_ADDRESS_PER_MINUTE: perMinute(12_000).describe('Requests of one network address, each minute'),
  TANHUI_PROXY_HOPS: z.coerce
    .number()
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe('Proxies in front whose X-Forwarded-For is believed; 0 believes none'),
  TANHUI_SEAL_DELAY_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(500)
    .describe('How long records wait for company before a small batch is sealed'),
  TANHUI_WEB: z.string().default('web/dist').describe('Folder of the built faces'),
  TANHUI_LOG: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least level that is logged'),
  TANHUI_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      'Port of its own for Prometheus, without a credential: keep it inside; GET /metrics on the main port needs an operator',
    ),
  TANHUI_METRICS_HOST: host('Address of that port'),
  TANHUI_WORKERS: flag('true').describe('Whether this replica seals and pays'),
});

/** 设置 as the reference lists it. */
export interface Setting {
  readonly name: string;
  readonly about: string;
  /** What it may be, in words. */
  readonly values: string;
  /** Absent where nothing is assumed. */
  readonly byDefault?: string;
}

export function settings(): readonly Setting[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => settingOf(name, property as SettingSchema));
}

interface SettingSchema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean;
}

function settingOf(name: string, found: SettingSchema): Setting {
  return {
    name,
    about: found.description ?? '',
    values: valuesOf(found),
    ...(found.default !== undefined && { byDefault: String(found.default) }),
  };
}

function valuesOf({ type, enum: choices, minimum, maximum }: SettingSchema): string {
  if (choices !== undefined) return choices.join(', ');
  return type === 'integer' ? `whole number, ${String(minimum)} to ${String(maximum)}` : 'text';
}

export type StoreChoice = { readonly engine: 'sqlite' } | { readonly engine: 'mongodb'; readonly uri: Secret };

export interface Config {
  readonly mode: 'demo' | 'production';
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** The embedded store in the data folder, or a MongoDB. */
  readonly store: StoreChoice;
  readonly ledger: 'embedded' | 'fabric';
  readonly fabricConnection: string;
  readonly gateway: 'simulated' | 'none';
  readonly rates: { readonly perCredentialPerMinute: number; readonly perAddressPerMinute: number };
  readonly proxyHops: number;
  readonly sealDelayMs: number;
  readonly webFolder: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly hasWorkers: boolean;
  /** Where the figures are to be had without a credential; nowhere when absent. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** Methodologies and programmes of the operator's own. */
  readonly cityFolder?: string;
  /** 本市项目: the one that is meant where nobody names one. */
  readonly programme?: string;
}

/** What is sealed on one chain cannot move to another, nor documents from one store, so each pair has its own folder. */
const dataFolders = {
  sqlite: { embedded: '.tanhui/data', fabric: '.tanhui/data-fabric' },
  mongodb: { embedded: '.tanhui/data-mongodb', fabric: '.tanhui/data-mongodb-fabric' },
} as const;

/** Reads the environment once; refuses with the name of the variable that does not fit. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const ours = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('TANHUI_')));
  const checked = schema.strict().safeParse(ours);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const field = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '');
    throw refuseConfig('CONFIG_INVALID', { field }, checked.error);
  }
  const parsed = checked.data;
  if (parsed.TANHUI_MODE === 'production' && parsed.TANHUI_GATEWAY === 'simulated')
    throw refuseConfig('CONFIG_SIMULATED_GATEWAY', { field: 'TANHUI_GATEWAY' });
  return Object.freeze(configOf(parsed));
}

function configOf(parsed: z.output<typeof schema>): Config {
  return {
    mode: parsed.TANHUI_MODE,
    dataFolder: parsed.TANHUI_DATA ?? dataFolders[parsed.TANHUI_STORE][parsed.TANHUI_LEDGER],
    host: parsed.TANHUI_HOST,
    port: parsed.TANHUI_PORT,
    store: storeOf(parsed),
    ledger: parsed.TANHUI_LEDGER,
    fabricConnection: parsed.TANHUI_FABRIC_CONNECTION,
    gateway: parsed.TANHUI_GATEWAY,
    rates: {
      perCredentialPerMinute: parsed.TANHUI_RATE_CREDENTIAL_PER_MINUTE,
      perAddressPerMinute: parsed.TANHUI_RATE_ADDRESS_PER_MINUTE,
    },
    proxyHops: parsed.TANHUI_PROXY_HOPS,
    sealDelayMs: parsed.TANHUI_SEAL_DELAY_MS,
    webFolder: parsed.TANHUI_WEB,
    logLevel: parsed.TANHUI_LOG,
    hasWorkers: parsed.TANHUI_WORKERS,
    ...(parsed.TANHUI_METRICS_PORT !== undefined && {
      metrics: { host: parsed.TANHUI_METRICS_HOST, port: parsed.TANHUI_METRICS_PORT },
    }),
    ...(parsed.TANHUI_CITY !== undefined && { cityFolder: parsed.TANHUI_CITY }),
    ...(parsed.TANHUI_PROGRAMME !== undefined && { programme: parsed.TANHUI_PROGRAMME }),
  };
}

function storeOf(parsed: z.output<typeof schema>): StoreChoice {
  const { TANHUI_STORE: engine, TANHUI_MONGODB_URI: uri, TANHUI_MONGODB_URI_FILE: file } = parsed;
  if (engine === 'sqlite') return { engine };
  if (uri !== undefined && file !== undefined)
    throw refuseConfig('CONFIG_INVALID', { field: 'TANHUI_MONGODB_URI, TANHUI_MONGODB_URI_FILE' });
  const found = file === undefined ? uri : secretIn(file, 'TANHUI_MONGODB_URI_FILE');
  if (found === undefined) throw refuseConfig('CONFIG_MONGODB_URI_MISSING', { field: 'TANHUI_MONGODB_URI' });
  return { engine, uri: found };
}

/** A secret that stands in a file by itself; line breaks at its end are the editor's. */
function secretIn(file: string, field: string): Secret {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return new Secret(text);
  } catch (cause) {
    throw refuseConfig('CONFIG_SECRET_UNREADABLE', { field, file }, cause);
  }
  throw refuseConfig('CONFIG_SECRET_UNREADABLE', { field, file });
}

/** The configuration of this process. */
export function readConfig(): Config {
  return parseConfig(process.env);
}
