import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import type { Secret } from '../../kernel/index.ts';
import { required } from '../../kernel/index.ts';
import { refuseStorage } from '../refusals.ts';
import { asThrown } from './attempts.ts';

const defaultDatabase = 'tanhui';
const selectionTimeoutMs = 5_000;
/** Also how long the driver's own watch waits for a server that stands still, ten seconds on top: with its default everybody would stand behind that for a minute. */
const connectTimeoutMs = 5_000;

/** Connects, and refuses a server on which a unit of work could not be one. */
export async function connect(uri: Secret): Promise<Connection> {
  const connection = await opened(uri);
  try {
    const hello = await required(connection.db, 'database').command({ hello: 1 });
    const hasTransactions = typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid';
    if (!hasTransactions) throw refuseStorage('STORAGE_NO_TRANSACTIONS');
    return connection;
  } catch (error) {
    await connection.close();
    throw notOpened(error);
  }
}

async function opened(uri: Secret): Promise<Connection> {
  const text = uri.reveal();
  const connection = mongoose.createConnection();
  try {
    return await connection.openUri(text, {
      ...(namesDatabase(text) ? {} : { dbName: defaultDatabase }),
      appName: 'tanhui',
      connectTimeoutMS: connectTimeoutMs,
      autoCreate: false,
      autoIndex: false,
      bufferCommands: false,
      // By these names, or an address could ask for less: an option of another name does not stand before one of the address.
      readConcernLevel: 'majority',
      readPreference: 'primary',
      serverSelectionTimeoutMS: selectionTimeoutMs,
      w: 'majority',
      journal: true,
    });
  } catch (error) {
    await connection.close();
    throw whyNot(error);
  }
}

function whyNot(error: unknown): unknown {
  if (error instanceof mongoose.Error.MongooseServerSelectionError)
    return refuseStorage('STORAGE_UNREACHABLE', {}, error);
  if (error instanceof mongoose.mongo.MongoServerError) return notOpened(error);
  // Without its cause: the driver repeats an address that it cannot read, password and all.
  return refuseStorage('STORAGE_ADDRESS_UNREADABLE', { field: 'TANHUI_MONGODB_URI' });
}

const deniedCodes = new Set<unknown>([13, 18]);

/** What who opens a store is told. A connection needs no rights, and none at all where the address names no user: what is done first is what is denied. */
export function notOpened(error: unknown): unknown {
  const isDenied = error instanceof mongoose.mongo.MongoServerError && deniedCodes.has(error.code);
  return isDenied ? refuseStorage('STORAGE_ACCESS_DENIED', {}, error) : asThrown(error);
}

function namesDatabase(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(uri);
}
