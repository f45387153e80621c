// The tools that a model is offered: what each can do, what stands in its way, what becomes of its answers and failures.

import type { Reader } from '../reader.ts';
import { toolFacts } from '../tool-facts.ts';
import { TOOL_MODULE } from '../tool-shapes.ts';

export const reader: Reader = {
  id: 'tools',
  wants: {
    specifier: specifier => TOOL_MODULE.test(specifier),
    text: /input_schema|functionDeclarations|toolSpec|["']?type["']?\s{0,4}:\s{0,4}["']function["']/,
  },
  read: (reading, nominated) => toolFacts(reading, nominated),
};
