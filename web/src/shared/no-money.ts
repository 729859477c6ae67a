import { ClientProblem } from '@tanhui/sdk/client';

/** What a programme that pays money answers; undefined where there is none, whose server has no such addresses. */
export async function unlessNoMoney<Answer>(read: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ClientProblem && error.status === 404) return undefined;
    throw error;
  }
}
