// The tools that the Claude Agent SDK brings along: a run is given them by default, and `allowedTools` names those that need no approval.
import type { ts } from 'ts-morph';
import { type Capability, isPythonFile, type Tool } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import { textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { ToolLists } from './lists.ts';
import { CLAUDE_BUILT_IN } from './sources.ts';

const HARMFUL = new Set<Capability>(['shell', 'file-write', 'http-arbitrary']);

/** What a run is given under a name. */
type Option = (name: string) => { readonly found: readonly Value[] };

function typescriptRuns(reading: Reading): readonly Option[] {
  const sites = reading.sites.filter(site => site.classified.sdk.id === 'claude-agent-sdk');
  return sites.map(site => name => reading.options.look(site, `body.options.${name}`));
}

/** `ClaudeAgentOptions(allowed_tools=["Bash"], permission_mode="bypassPermissions")` */
function pythonRuns(reading: Reading): readonly Option[] {
  return reading.files.flatMap(file => {
    const unit = isPythonFile(file) ? reading.program.unit(file) : undefined;
    return (unit?.calls ?? []).flatMap((call): Option[] => {
      const keywords = /^Claude(?:Agent|Code)Options$/.test(lastName(call.expression) ?? '') ? keywordsIn(call.arguments ?? []) : undefined;
      if (keywords === undefined) return [];
      if (!reading.ev.values(call.expression).some(v => v.kind === 'foreign' && /^py:claude_(?:agent|code)_sdk$/.test(v.package)))
        return [];
      const values = reading.ev.values(keywords);
      return [
        name =>
          reading.ev.inside(
            values,
            name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
          ),
      ];
    });
  });
}

/** One fact for each built-in tool that a run may use without asking. */
export function claudeTools(reading: Reading): readonly Tool[] {
  const lists = new ToolLists(reading.ev);
  const out: Tool[] = [];
  const seen = new Set<string>();
  for (const option of [...typescriptRuns(reading), ...pythonRuns(reading)]) {
    const literal = (name: string, value: unknown): boolean => option(name).found.some(v => v.kind === 'literal' && v.value === value);
    const free = literal('permissionMode', 'bypassPermissions') || literal('allowDangerouslySkipPermissions', true);
    const asks = option('canUseTool').found.length > 0;
    const hooks = reading.ev.inside(option('hooks').found, 'PreToolUse').found.length > 0;
    const allowed = option('allowedTools');
    const entries = allowed.found.flatMap(v => (v.kind === 'array' ? lists.entries(v.node) : []));
    for (const { value } of entries) {
      const text = value.kind === 'literal' ? textOf(value) : undefined;
      // `Bash(git log:*)` allows only what begins so.
      const name = text === undefined ? undefined : /^\w+/.exec(text)?.[0];
      const known = name !== undefined && Object.hasOwn(CLAUDE_BUILT_IN, name) ? CLAUDE_BUILT_IN[name] : undefined;
      const node: ts.Node | undefined = value.kind === 'literal' ? value.node : undefined;
      if (text === undefined || name === undefined || known === undefined || node === undefined) continue;
      const key = `${text}\0${node.getSourceFile().fileName}\0${node.pos}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const capabilities = known as readonly Capability[];
      const scoped = text !== name;
      const held = free ? 'no' : hooks ? 'partial' : scoped ? 'partial' : 'no';
      const why = free
        ? 'permissions are switched off'
        : hooks
          ? 'a hook looks at each call'
          : scoped
            ? 'only calls that begin as written need no approval'
            : asks
              ? 'canUseTool is not asked about tools that are allowed already'
              : undefined;
      out.push({
        kind: 'tool',
        location: placeOf(node),
        role: reading.inventory.roleOf(node.getSourceFile().fileName),
        name,
        definedBy: 'a tool that the Claude Agent SDK brings along',
        capabilities,
        dangerous: capabilities.some(c => HARMFUL.has(c)),
        guarded: held,
        ...(why === undefined ? {} : { guard: why }),
        inputValidated: 'yes',
        outputValidated: 'unknown',
        errorsToModel: 'yes',
        timeLimited: name === 'Bash' ? 'yes' : 'unknown',
        recorded: 'unknown',
      });
    }
  }
  return out;
}
