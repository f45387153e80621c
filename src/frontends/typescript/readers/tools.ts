// The tools that a model is offered, and the databases that they and the rest of a request reach: what each can do, and what stands in
// its way. One reader, because what a database lets the model do is known from the tools.
import { DATABASE_MODULE } from '../database-shapes.ts';
import { databaseFacts } from '../databases.ts';
import { SANDBOX_MODULE } from '../effect-harmless.ts';
import type { Reader } from '../reader.ts';
import { specifiersOf } from '../specifiers.ts';
import { toolFacts, toolsOf } from '../tool-facts.ts';
import { sandboxedCode } from '../tool-sandboxes.ts';
import { TOOL_MODULE } from '../tool-sources.ts';

/** Descriptions of tools as data, which need no import. */
const TOOL_TEXT = /input_schema|functionDeclarations|toolSpec|["']?type["']?\s{0,4}:\s{0,4}["']function["']/;

export const reader: Reader = {
  id: 'tools',
  wants: {
    specifier: specifier => TOOL_MODULE.test(specifier) || DATABASE_MODULE.test(specifier) || SANDBOX_MODULE.test(specifier),
    text: TOOL_TEXT,
  },
  read: (reading, nominated) => {
    const databases: string[] = [];
    const offering: string[] = [];
    for (const file of nominated) {
      const text = reading.inventory.read(file) ?? '';
      const specifiers = specifiersOf(text);
      if (specifiers.some(s => DATABASE_MODULE.test(s))) databases.push(file);
      if (TOOL_TEXT.test(text) || specifiers.some(s => TOOL_MODULE.test(s) || SANDBOX_MODULE.test(s))) offering.push(file);
    }
    const tools = toolFacts(reading, offering);
    // Only an agent without tools of the usual kind has another way of its own.
    const own = tools.some(tool => tool.role === 'production') ? [] : sandboxedCode(reading, offering);
    return [...tools, ...own, ...databaseFacts(reading, databases, toolsOf(reading, offering))];
  },
};
