// Twins of agents with a dangerous tool: in the one something stands before its effect, and in the other it only seems to.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('tools-gates', 'SEC-08', {
  'requirements.txt': 'openai-agents==0.3.0\n',
  'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.12" } }',
});

const ts = (execute: string, approval = ''): Files => ({
  'agent.ts': `import { rm } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
const ROOT = '/srv/notes';
const remove = tool({
  description: 'Removes a note',
  inputSchema: z.object({ path: z.string() }),
  ${approval}
  execute: async ({ path }) => {
    ${execute}
    return 'removed';
  },
});
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, tools: { remove }, stopWhen: stepCountIs(5), maxOutputTokens: 800 });
`,
});
const FULL = 'const full = resolve(ROOT, path);';
const INSIDE = "if (!full.startsWith(ROOT + sep)) throw new Error('outside');";

const py = (body: string): Files => ({
  'agent.py': `from pathlib import Path
from agents import Agent, Runner, function_tool
ROOT = Path("/srv/notes").resolve()
@function_tool
def write_note(name: str, text: str) -> str:
    """Writes a note."""
    ${body}
    return "written"
agent = Agent(name="notes", instructions="Keep notes.", tools=[write_note])
def reply(question: str) -> str:
    return Runner.run_sync(agent, question).final_output
`,
});
const RESOLVED = 'path = (ROOT / name).resolve()\n    ';
const OUTSIDE = 'if not path.is_relative_to(ROOT):\n        raise ValueError("outside")\n    ';

twins(
  'a gate',
  'SEC-08',
  {
    'of a person': ts('await rm(path);', 'needsApproval: true,'),
    'of a folder': ts(`${FULL}\n    ${INSIDE}\n    await rm(full);`),
    'of a folder, by the way to it': ts(
      `${FULL}\n    const way = relative(ROOT, full);\n    if (way.startsWith('..')) throw new Error('outside');\n    await rm(full);`,
    ),
    'of a folder, for a name that is made longer': ts(`${FULL}\n    ${INSIDE}\n    const file = full + '.md';\n    await rm(file);`),
    'of a folder (Python)': py(`${RESOLVED}${OUTSIDE}path.write_text(text)`),
    'of a folder, for a path that a method makes (Python)': {
      'agent.py': (py(`path = notes.path_of(name)\n    ${OUTSIDE}path.write_text(text)`)['agent.py'] ?? '').replace(
        '@function_tool',
        'class Notes:\n    def path_of(self, name: str) -> Path:\n        return (ROOT / name).resolve()\nnotes = Notes()\n@function_tool',
      ),
    },
    'of a folder, which is tried (Python)': py(
      `${RESOLVED}try:\n        path.relative_to(ROOT)\n    except ValueError:\n        return "outside"\n    path.write_text(text)`,
    ),
  },
  {
    'of a person who is never asked': ts('await rm(path);', 'needsApproval: async () => false,'),
    'of a person, if a setting says so': ts('await rm(path);', "needsApproval: process.env.APPROVE === '1',"),
    'of a folder, for another path': ts(`${FULL}\n    ${INSIDE}\n    await rm(path);`),
    'of a folder, afterwards': ts(`${FULL}\n    await rm(full);\n    ${INSIDE}`),
    'of a folder, for another path (Python)': py(`${RESOLVED}${OUTSIDE}Path(name).write_text(text)`),
    'of a folder, that is asserted (Python)': py(`${RESOLVED}assert path.is_relative_to(ROOT)\n    path.write_text(text)`),
    'of a folder, with dots in the path (Python)': py(`path = ROOT / name\n    ${OUTSIDE}path.write_text(text)`),
    'of a folder, with dots in a joined path (Python)': py(`path = ROOT.joinpath(name)\n    ${OUTSIDE}path.write_text(text)`),
    'of a folder, that is caught again (Python)': py(
      `${RESOLVED}try:\n        if not path.is_relative_to(ROOT):\n            raise ValueError("outside")\n    except ValueError:\n        print("outside")\n    path.write_text(text)`,
    ),
  },
);
