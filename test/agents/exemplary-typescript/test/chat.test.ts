// Whole requests against a scripted model: answers, tools, failures, limits, and odd input.
import { beforeEach, describe, expect, test } from 'vitest';
import { asked, script } from './stand-in.ts';

const { chat } = await import('../src/chat.ts');
const { listApprovals } = await import('../src/review.ts');

let users = 0;
let user = 'nobody';
beforeEach(() => {
  user = `user${users++}`;
});
const say = (message: unknown, as = user) => chat({ message, user: as }, new AbortController().signal);
/** What the tool gave to the model. */
const result = () => asked.at(-1)?.messages.at(-1)?.content as unknown as { content: string; is_error: boolean }[];

test('answers', async () => {
  script({ text: 'Hello!' });
  expect(await say('Hi')).toEqual({ status: 200, reply: 'Hello!' });
  expect(asked[0]?.max_tokens).toBe(1024);
});

test('remembers what was said, and to whom', async () => {
  script({ text: 'Hello!' });
  await say('My boat is called Plum');
  await say('What is it called?');
  expect(JSON.stringify(asked[1])).toContain('Plum');
  await say('What is it called?', 'somebody-else');
  expect(JSON.stringify(asked[2])).not.toContain('Plum');
});

describe('tools', () => {
  test('find_order finds an order of the customer', async () => {
    script({ tool: 'find_order', input: { order_id: 'HS-10482' } }, { text: 'It is on its way.' });
    expect((await say('Where is it?', 'ada')).reply).toBe('It is on its way.');
    expect(result()[0]).toMatchObject({ is_error: false, content: expect.stringContaining('on its way') });
  });
  test('find_order does not find the order of somebody else', async () => {
    script({ tool: 'find_order', input: { order_id: 'HS-10611' } }, { text: 'I cannot find it.' });
    expect((await say('Where is it?', 'ada')).reply).toBe('I cannot find it.');
    expect(result()[0]).toMatchObject({ is_error: true });
  });
  test('find_order refuses wrong arguments', async () => {
    script({ tool: 'find_order', input: { order_id: '../../etc/passwd' } }, { text: 'Which order?' });
    expect((await say('Where is it?')).reply).toBe('Which order?');
    expect(result()[0]).toMatchObject({ is_error: true, content: expect.stringContaining('Wrong arguments') });
  });
  test('search_articles gives articles as data, without connection strings', async () => {
    script({ tool: 'search_articles', input: { query: 'pumps' } }, { text: 'Within 30 days.' });
    expect((await say('Can I return a pump?')).reply).toBe('Within 30 days.');
    expect(result()[0]?.content).toBe('<data>Pumps can be returned within 30 days. Database: [internal address]</data>');
  });
  test('search_articles refuses wrong arguments', async () => {
    script({ tool: 'search_articles', input: {} }, { text: 'What do you look for?' });
    expect((await say('Search')).reply).toBe('What do you look for?');
    expect(result()[0]).toMatchObject({ is_error: true });
  });
  test('request_refund waits for a colleague', async () => {
    script({ tool: 'request_refund', input: { order_id: 'HS-10482', reason: 'broken' } }, { text: 'It takes a day.' });
    expect((await say('I want my money back', 'ada')).reply).toBe('It takes a day.');
    expect(result()[0]).toMatchObject({ is_error: false, content: expect.stringContaining('Not done yet') });
    expect(await listApprovals()).toMatchObject([{ tool: 'request_refund', userId: 'ada' }]);
  });
  test('request_refund refuses wrong arguments', async () => {
    script({ tool: 'request_refund', input: { order_id: 7 } }, { text: 'Which order?' });
    expect((await say('I want my money back')).reply).toBe('Which order?');
    expect(result()[0]).toMatchObject({ is_error: true });
  });
  test('a tool that does not exist is an error for the model', async () => {
    script({ tool: 'drop_tables', input: {} }, { text: 'I cannot do that.' });
    expect((await say('Go')).reply).toBe('I cannot do that.');
    expect(result()[0]).toMatchObject({ is_error: true, content: 'There is no such tool.' });
  });
});

describe('failures', () => {
  test.each([
    [{ status: 529 }, 'api', 3],
    [{ status: 429 }, 'api', 3],
    [{ status: 400 }, 'api', 1],
    [{ status: 401 }, 'api', 1],
    [{ raw: '{"id": ' }, 'parse', 1],
    [{ text: '' }, 'parse', 1],
    [{ text: 'no', stop: 'refusal' as const }, 'safety', 1],
  ])('%j', async (step, failed, calls) => {
    script(step);
    const answer = await say('Hi');
    expect(answer.failed).toBe(failed);
    expect(answer.reply).toMatch(/try again|ask again|ask it plainly/);
    expect(answer.reply).not.toMatch(/sk-ant|Error|provider/);
    expect(asked).toHaveLength(calls);
  });
  test('a lost model is found again', async () => {
    script({ status: 529 }, { text: 'Hello!' });
    expect((await say('Hi')).reply).toBe('Hello!');
  });
  test('an answer that was cut says so', async () => {
    script({ text: 'First,', stop: 'max_tokens' });
    expect((await say('Hi')).reply).toContain('cut short');
  });
  test('the same call again and again ends', async () => {
    script({ tool: 'find_order', input: { order_id: 'HS-10482' } });
    expect((await say('Hi')).failed).toBe('loop');
    expect(asked).toHaveLength(3);
  });
});

describe('limits', () => {
  test('a dear request ends', async () => {
    script({ tool: 'find_order', input: { order_id: 'HS-10482' }, tokens: [150_000, 5000] });
    expect((await say('Hi')).failed).toBe('budget');
    expect(asked).toHaveLength(1);
  });
  test('a user has 20 requests an hour, and others have theirs', async () => {
    script({ text: 'Hello!' });
    for (let i = 0; i < 20; i++) expect((await say('Hi')).status).toBe(200);
    expect(await say('Hi')).toMatchObject({ status: 429, failed: 'limit' });
    expect((await say('Hi', 'another')).status).toBe(200);
  });
  test('a user has a dollar a day, and all have five an hour', async () => {
    script({ text: 'Hello!', tokens: [400_000, 0] });
    await say('Hi');
    expect((await say('Hi')).failed).toBe('limit');
    for (let i = 0; i < 5; i++) await say('Hi', `rich${i}`);
    expect((await say('Hi', 'fresh')).failed).toBe('limit');
  });
});
