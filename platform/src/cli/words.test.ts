import { ClientProblem } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { messageOf } from './words.ts';

describe('what the server refused, on the terminal', () => {
  const problem = {
    ...{ type: 'urn:tanhui:refusal:HTTP_INPUT_INVALID', title: 'HTTP_INPUT_INVALID', code: 'HTTP_INPUT_INVALID' },
    ...{ status: 400, detail: 'A field does not fit', next: 'Correct the field named here', traceId: 'a-trace' },
  };

  it('names the field that is to be corrected', () => {
    expect(messageOf(new ClientProblem({ ...problem, field: 'minutes' }))).toBe(
      'HTTP_INPUT_INVALID: A field does not fit (minutes). Correct the field named here',
    );
    expect(messageOf(new ClientProblem(problem))).toBe(
      'HTTP_INPUT_INVALID: A field does not fit. Correct the field named here',
    );
  });
});

describe('what nobody foresaw, on the terminal', () => {
  it('has a code, what was said, and a next step in both languages', () => {
    const lines = messageOf(new Error('a disk went away')).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^COMMAND_FAILED: .* \(reason a disk went away\)\. Try again/);
    expect(lines[1]).toMatch(/^命令意外中止。请重试/);
  });
});
