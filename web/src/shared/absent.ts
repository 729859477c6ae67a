import { ClientProblem } from '@tanhui/sdk/client';

/** What the server has; undefined where it has no such thing: something asked for by its id, or, in a programme that pays no money, all addresses of money. */
export async function unlessAbsent<Answer>(read: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ClientProblem && error.status === 404) return undefined;
    throw error;
  }
}
