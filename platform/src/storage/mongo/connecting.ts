import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import type { Secret } from '../../kernel/index.ts';
import { required } from '../../kernel/index.ts';
import { refuseStorage } from '../refusals.ts';
import { asThrown } from './attempts.ts';

const defaultDatabase = 'tanhui';
const selectionTimeoutMs = 5_000;

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
    throw asThrown(error);
  }
}

async function opened(uri: Secret): Promise<Connection> {
  const text = uri.reveal();
  const connection = mongoose.createConnection();
  try {
    return await connection.openUri(text, {
      ...(namesDatabase(text) ? {} : { dbName: defaultDatabase }),
      appName: 'tanhui',
      autoCreate: false,
      autoIndex: false,
      bufferCommands: false,
      readConcern: { level: 'majority' },
      readPreference: 'primary',
      serverSelectionTimeoutMS: selectionTimeoutMs,
      writeConcern: { w: 'majority', journal: true },
    });
  } catch (error) {
    await connection.close();
    throw whyNot(error);
  }
}

const deniedCodes = new Set<unknown>([13, 18]);

function whyNot(error: unknown): unknown {
  if (error instanceof mongoose.Error.MongooseServerSelectionError)
    return refuseStorage('STORAGE_UNREACHABLE', {}, error);
  if (error instanceof mongoose.mongo.MongoServerError)
    return deniedCodes.has(error.code) ? refuseStorage('STORAGE_ACCESS_DENIED', {}, error) : asThrown(error);
  // Without its cause: the driver repeats an address that it cannot read, password and all.
  return refuseStorage('STORAGE_ADDRESS_UNREADABLE', { field: 'TANHUI_MONGODB_URI' });
}

function namesDatabase(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(uri);
}
