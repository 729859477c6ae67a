import { required } from '../../kernel/index.ts';
import type { Secret } from '../../kernel/index.ts';
import { schemaVersion } from '../schema.ts';
import { connect, notOpened } from './connecting.ts';
import { readMark } from './marks.ts';

/** What stands at an address, in words for an operator: version, replica set, database, and whether Tanhui has written it. */
export async function seeMongo(uri: Secret): Promise<string> {
  const connection = await connect(uri);
  try {
    const database = required(connection.db, 'database');
    const { version } = await database.command({ buildInfo: 1 });
    const hello = await database.command({ hello: 1 });
    const marked = await readMark(connection);
    const content = marked.size === 0 ? 'empty' : `written by Tanhui, schema ${String(schemaVersion)}`;
    const set = typeof hello['setName'] === 'string' ? `replica set ${hello['setName']}` : 'sharded cluster';
    return `MongoDB ${String(version)}, ${set}, database ${database.databaseName}: ${content}`;
  } catch (error) {
    throw notOpened(error);
  } finally {
    await connection.close();
  }
}
