// The tools that a model is offered, and the databases that they and the rest of a request reach: what each can do, and what stands in
// its way. One reader, because what a database lets the model do is known from the tools.
import { databaseFacts } from '../databases/reader.ts';
import { SANDBOX_MODULE } from '../effects/harmless.ts';
import type { Reader } from '../reader.ts';
import { toolFacts, toolsOf } from '../tools/facts.ts';
import { sandboxedCode } from '../tools/sandboxes.ts';
import { PYTHON_TOOL_MODULE } from '../tools/shapes-python.ts';
import { TOOL_MODULE } from '../tools/sources.ts';

/** Descriptions of tools as data, which need no import. */
const TOOL_TEXT =
  /input_schema|functionDeclarations|toolSpec|["']?type["']?\s{0,4}:\s{0,4}["']function["']|"parameters"\s{0,4}:\s{0,9}\{\s{0,99}"type"\s{0,4}:\s{0,4}"object"/;

export const reader: Reader = {
  id: 'tools',
  wants: {
    specifier: specifier => TOOL_MODULE.test(specifier) || PYTHON_TOOL_MODULE.test(specifier) || SANDBOX_MODULE.test(specifier),
    text: TOOL_TEXT,
  },
  read: (reading, nominated) => {
    const tools = toolFacts(reading, nominated);
    // Only an agent without tools of the usual kind has another way of its own.
    const own = tools.some(tool => tool.role === 'production') ? [] : sandboxedCode(reading, nominated);
    return [...tools, ...own, ...databaseFacts(reading, toolsOf(reading, nominated))];
  },
};
