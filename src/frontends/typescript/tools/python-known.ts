// Small questions about values of Python's packages: which package, which member, and what a ready-made tool can do.
import type { Capability } from '../../../core/index.ts';
import type { Foreign } from '../evaluator/values.ts';
import { PYTHON_HOSTED, PYTHON_READY, TOOLKITS } from './ready-python.ts';

/** The last member on the way to a value. */
export function memberOf(value: Foreign): string | undefined {
  const step = value.steps.at(-1);
  return step?.kind === 'member' ? step.name : undefined;
}

/** Is a value of one of these packages? */
export function isPackageOf(packages: readonly string[], value: Foreign): boolean {
  return packages.includes(value.package);
}

/** What a tool of a package can do. @param listed it stands in a list of tools */
export function readyMade(value: Foreign, listed: boolean): readonly Capability[] | undefined {
  for (const ready of [...PYTHON_READY, ...PYTHON_HOSTED]) {
    if ((ready.onlyListed === true && !listed) || !isPackageOf(ready.packages, value)) continue;
    for (const step of value.steps) if (step.kind === 'member' && Object.hasOwn(ready.tools, step.name)) return ready.tools[step.name];
  }
  return undefined;
}

/** The toolkit that a list of tools is asked of. */
export function toolkitOf(value: Foreign): { readonly name: string; readonly can: readonly Capability[] | undefined } | undefined {
  const step = value.steps.find(s => s.kind === 'member' && /^[A-Z]/.test(s.name));
  if (step?.kind !== 'member') return undefined;
  return { name: step.name, can: Object.hasOwn(TOOLKITS, step.name) ? TOOLKITS[step.name] : undefined };
}

/** Calls that make a tool of something that is no function: an agent, a retriever, a query engine. */
const KNOWN: Readonly<Record<string, { readonly packages: RegExp; readonly can: readonly Capability[] }>> = {
  as_tool: { packages: /^py:(?:agents|agent_framework|langchain\w*|langgraph|semantic_kernel)$/, can: ['llm'] },
  AgentTool: { packages: /^py:(?:google\.adk|autogen_agentchat)$/, can: ['llm'] },
  create_retriever_tool: { packages: /^py:langchain/, can: ['db-read'] },
  create_vectorstore_tool: { packages: /^py:langchain/, can: ['db-read'] },
};

export function knownCall(name: string, value?: Foreign): readonly Capability[] | undefined {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (known === undefined) return undefined;
  return value === undefined || known.packages.test(value.package) ? known.can : undefined;
}
