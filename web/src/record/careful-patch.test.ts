import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import { carefulPatch } from './careful-patch';

interface Row {
  id: string;
  version: number;
  jobTitle: string;
  country: string;
}

function stale(current: Row | undefined) {
  return new ApiError({
    type: 'about:blank',
    title: 'stale',
    status: 412,
    detail: '',
    code: 'stale',
    requestId: '',
    current: current as unknown as Record<string, unknown>,
  });
}

/** A record on the server that has moved on to version 2. */
function setUp(id: string, now: Partial<Row>, withCurrent = true) {
  const current: Row = { id, version: 2, jobTitle: 'Buyer', country: 'DE', ...now };
  const send = vi.fn(async (version: number): Promise<Row> => {
    if (version !== 2) throw stale(withCurrent ? current : undefined);
    return { ...current, version: 3, jobTitle: 'CTO' };
  });
  const read = vi.fn(async () => current);
  const ask = vi.fn(async (): Promise<'mine' | 'theirs'> => 'theirs');
  const run = () =>
    carefulPatch<Row>({
      id,
      body: { jobTitle: 'CTO' },
      version: 1,
      seen: { jobTitle: 'Buyer', country: 'DE' },
      send,
      read,
      ask,
    });
  return { current, send, read, ask, run };
}

describe('a careful patch', () => {
  it('is sent again without a question when another field changed', async () => {
    const { run, ask, send } = setUp('a', { country: 'VN' });
    expect(await run()).toMatchObject({ version: 3, jobTitle: 'CTO', country: 'VN' });
    expect(send.mock.calls).toEqual([[1], [2]]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks when the same field changed, and keeps theirs when told so', async () => {
    const { run, ask, send, current } = setUp('b', { jobTitle: 'COO' });
    expect(await run()).toEqual(current);
    expect(ask).toHaveBeenCalledWith(current, ['jobTitle']);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('writes over the newer version when told so', async () => {
    const { run, ask } = setUp('c', { jobTitle: 'COO' });
    ask.mockResolvedValue('mine');
    expect(await run()).toMatchObject({ version: 3, jobTitle: 'CTO' });
  });

  it('reads the record when the refusal does not carry it', async () => {
    const { run, read } = setUp('d', { country: 'VN' }, false);
    await run();
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('passes other failures on', async () => {
    const { send, run } = setUp('e', {});
    send.mockRejectedValue(new Error('down'));
    await expect(run()).rejects.toThrow('down');
  });
});
