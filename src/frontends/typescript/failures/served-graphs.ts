// Graphs of LangGraph that a server runs, and what becomes of a failure inside of them.
import type { ts } from 'ts-morph';
import type { Inventory } from '../../../repository/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { specifiersOf } from '../specifiers.ts';
import { type End, end } from './end.ts';

/** By repository, as every node of every graph asks. */
const STREAMED = new WeakMap<Inventory, boolean>();

/** Where a failure in a node of a served graph ends; undefined: the call adds no such node. */
export function endInGraph(ev: Evaluator, node: ts.Node): End | undefined {
  if (!isServedGraph(ev, node)) return undefined;
  const { inventory } = ev.program;
  const streamed = STREAMED.get(inventory) ?? streamsRuns(inventory);
  STREAMED.set(inventory, streamed);
  return streamed ? { ...end('raw-text', node), logged: 'error' } : end('escapes', node);
}

/**
 * A node of a graph that a server of LangGraph runs, as its `langgraph.json` says. A failure ends the run: a client that reads the
 * stream is sent the name of the error, and a run in the background tells nobody.
 */
function isServedGraph(ev: Evaluator, node: ts.Node): boolean {
  if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression)) return false;
  if (!/^add_?node$/i.test(node.expression.name.text)) return false;
  const { inventory } = ev.program;
  const { fileName } = node.getSourceFile();
  const served = inventory.files.some(file => {
    if (file !== 'langgraph.json' && !file.endsWith('/langgraph.json')) return false;
    const folder = file.slice(0, -'langgraph.json'.length);
    // `"graphs": { "agent": "./src/agent/graph.py:graph" }`
    return fileName.startsWith(folder) && inventory.read(file)?.includes(`/${fileName.slice(folder.length)}:`) === true;
  });
  return (
    served && ev.values(node.expression.expression).some(v => v.kind === 'foreign' && /^(?:@langchain\/|py:)langgraph/.test(v.package))
  );
}

/** A call that reads a run of a graph as it goes, in either language. */
const STREAMS_RUN = /\buseStream\s*[<(]|(?<!threads\.)\bruns\s*\.\s*stream\s*\(/;
const GRAPH_CLIENT = /^(?:@langchain\/langgraph-sdk|@langchain\/(?:react|vue|svelte|angular))(?:\/|$)/;

/**
 * Does code of the repository stream the runs of its served graphs? Then a failure reaches it as an error event with the exception's
 * own text (LangGraph server: `event: error`, `{ error, message }`); a run that nobody streams is only marked as failed.
 */
function streamsRuns(inventory: Inventory): boolean {
  return inventory.files.some(file => {
    if (!/\.(?:[cm]?[jt]sx?|py)$/.test(file) || inventory.roleOf(file) !== 'production') return false;
    const text = inventory.read(file);
    if (text === undefined || !STREAMS_RUN.test(text)) return false;
    return file.endsWith('.py')
      ? /^\s*(?:from|import)\s+langgraph_sdk\b/m.test(text)
      : specifiersOf(text).some(specifier => GRAPH_CLIENT.test(specifier)) ||
          // The client is often made in another file.
          inventory.versionOf(file, '@langchain/langgraph-sdk') !== undefined;
  });
}
