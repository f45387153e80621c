// The TypeScript and JavaScript frontend: from files to facts.
import type { ts } from 'ts-morph';
import type { CodeRole, Fact, Sdk } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import { type Ahead, inOneThread } from '../ahead.ts';
import { ENDINGS, type Pattern, sourcesOf } from '../ahead-look.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { Classifier } from './calls/classify.ts';
import { FactMaker } from './calls/facts.ts';
import { callsLike, Finder, namesSdk } from './calls/find.ts';
import { HttpReader } from './calls/http.ts';
import { InnerCalls } from './calls/inner-calls.ts';
import { defaultFor, Options, type Site } from './calls/options.ts';
import { Evaluator } from './evaluator/evaluate.ts';
import { Failures } from './failures/failures.ts';
import { loggersOf } from './logs/loggers.ts';
import { Graphs } from './loops/graphs.ts';
import { Loops } from './loops/reader.ts';
import { Paths } from './paths/paths.ts';
import { References } from './paths/references.ts';
import { routeCalls } from './paths/routes.ts';
import { filesOnWay } from './paths/way-files.ts';
import { Program } from './program.ts';
import type { Reader, Reading } from './reader.ts';
import { READERS } from './readers/index.ts';
import { RetryReader } from './retries/reader.ts';
import { ImportIndex } from './specifiers.ts';
import { tracerCoverageOf } from './telemetry/tracer-coverage.ts';
import { DECLARES_AGENTS } from './tools/bedrock-agents.ts';
import { UsageReader } from './usage/reader.ts';

/** Expressions that a question without callers may look at. */
const NEAR = 1000;
const PRODUCTION: readonly CodeRole[] = ['production'];

export const frontend: Frontend = { id: 'typescript', reads: ENDINGS, extract };

interface FirstLook {
  readonly index: ImportIndex;
  /** How many of them could be read. */
  readonly read: number;
  /** Files that name an SDK or a provider. */
  readonly seeds: readonly string[];
  /** Other files that call something as a client is called, which somebody else may have made. */
  readonly asking: readonly string[];
  /** The readers that want a file for what it imports. */
  readonly named: ReadonlyMap<string, ReadonlySet<string>>;
}

async function extract(
  inventory: Inventory,
  sdks: readonly Sdk[],
  progress: (note: string) => void,
  ahead = inOneThread(inventory),
): Promise<Extract> {
  const sources = sourcesOf(inventory.files);
  const { facts, read } = await extractFrom({ inventory, sources, sdks, program: new Program(inventory) }, progress, ahead);
  const languages = [...new Set(sources.map(file => (/\.[cm]?tsx?$/.test(file) ? 'typescript' : 'javascript')))].sort();
  return { facts, languages, files: read, lines: inventory.linesOf(sources) };
}

/** Code in the common tree, whatever language it was written in. */
export interface Code {
  readonly inventory: Inventory;
  readonly sources: readonly string[];
  readonly sdks: readonly Sdk[];
  readonly program: Program;
}

/**
 * Reads code and says what it found; `read` is the number of files that could be read.
 * @param ahead the first look at the sources
 */
export async function extractFrom(
  { inventory, sources, sdks, program }: Code,
  progress: (note: string) => void,
  ahead = inOneThread(inventory, sources),
): Promise<{ readonly facts: readonly Fact[]; readonly read: number }> {
  const look = await firstLook(program, ahead, sdks, progress);
  if (look.seeds.length === 0) return { facts: [], read: look.read };
  const nominations = nominate(inventory, sources, look, ahead);
  const ev = new Evaluator(program);
  const references = new References(ev, look.index);
  const classifier = new Classifier(ev, sdks);
  const options = new Options(ev, classifier);
  const http = new HttpReader(ev, options);
  const finder = new Finder(ev, classifier, http, look.index);
  const found = await finder.find(look.seeds, look.asking, progress);
  progress('Following calls');
  const graphs = new Graphs(ev, value => {
    const sdk = sdks.find(one => one.code.packages.includes(value.package));
    if (sdk?.loop === undefined) return undefined;
    return defaultFor(
      sdk.loop.defaults.filter(one => one.on === undefined),
      finder.versionOf(sdk, value),
    );
  });
  for (const file of found.files) {
    const unit = program.unit(file);
    if (unit !== undefined)
      ev.budget.ask(
        () => graphs.add(unit),
        () => {},
      );
  }
  const loops = new Loops(ev, references, options, graphs, routeCalls(program, sources));
  for (const site of found.sites)
    ev.budget.ask(
      () => loops.link([site]),
      () => {},
    );
  const roleAt = (node: ts.Node): CodeRole => inventory.roleOf(node.getSourceFile().fileName);
  const production = <S extends { readonly node: ts.Node }>(sites: readonly S[]): ts.Node[] =>
    sites.map(site => site.node).filter(node => roleAt(node) === 'production');
  // A test that runs the graph is nobody who waits for an answer.
  const counting = (of: ts.Node, runners: readonly ts.Node[]): readonly ts.Node[] =>
    runners.filter(runner => roleAt(runner) === 'production' || roleAt(runner) === roleAt(of));
  const inGraph = graphRunners(found.sites, graphs);
  const paths = new Paths(
    ev,
    references,
    [...production(found.sites), ...production(found.requests)],
    node => counting(node, loops.runnersOf(node)),
    node => counting(node, inGraph.get(node) ?? []),
  );
  const failures = new Failures(ev, paths, look.index);
  const usage = new UsageReader(ev, options, paths);
  const inner = new InnerCalls(references, graphs, found.sites);
  const maker = new FactMaker({
    ev,
    options,
    classifier,
    loops,
    failures,
    usage,
    inner,
    retries: new RetryReader({
      ev,
      options,
      references,
      inner,
      versionOf: (sdk, value) => finder.versionOf(sdk, value),
    }),
    http,
  });
  const near = new Evaluator(program, NEAR, ev.budget);
  const reading: Reading = {
    ...found,
    files: filesOnWay(found.files, paths, program, inventory),
    inventory,
    program,
    ev,
    near,
    references,
    index: look.index,
    classifier,
    options,
    http,
    sources,
    paths,
    loops,
    graphs,
    usage,
    failures,
  };
  const nominated = await nominations;
  for (const reader of READERS) reader.begin?.(reading, nominated.get(reader.id) ?? []);
  const around = READERS.flatMap(reader => reader.read(reading, nominated.get(reader.id) ?? []));
  // What traces a call from outside is known once the readers have looked.
  const coverage = tracerCoverageOf(reading);
  usage.seers = site => coverage.of(site);
  const loggers = loggersOf(reading);
  usage.quiet = line => {
    const sink = loggers.sinkOf(line);
    return (
      sink !== undefined && ((sink.level === 'debug' && !sink.info.debugOn) || (sink.level === 'info' && sink.info.dropsInfo === true))
    );
  };
  const facts = [
    ...found.sites.map(site => maker.call(site)),
    ...found.sites.flatMap(site => maker.deadOptions(site)),
    ...found.requests.map(site => maker.request(site)),
    ...around,
  ];
  return { facts, read: look.read };
}

/** The runs of a graph, by the functions that are its nodes. */
function graphRunners(sites: readonly Site[], graphs: Graphs): ReadonlyMap<ts.Node, readonly ts.Node[]> {
  const out = new Map<ts.Node, ts.Node[]>();
  for (const site of sites) {
    for (const fn of graphs.nodesRunBy(site)) {
      const list = out.get(fn);
      if (list === undefined) out.set(fn, [site.node]);
      else list.push(site.node);
    }
  }
  return out;
}

/** Which readers want the files that import a module; each module is asked about once, however many files import it. */
function readersBySpecifier(): (specifier: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return specifier => {
    let ids = known.get(specifier);
    if (ids === undefined) {
      ids = READERS.filter(reader => reader.wants?.specifier?.(specifier) === true).map(reader => reader.id);
      known.set(specifier, ids);
    }
    return ids;
  };
}

/** Looks at every file once and decides which are worth parsing. */
async function firstLook(program: Program, ahead: Ahead, sdks: readonly Sdk[], progress: (note: string) => void): Promise<FirstLook> {
  const { inventory } = program;
  const index = new ImportIndex(inventory);
  const isSdk = namesSdk(sdks);
  const asksModel = callsLike(sdks);
  const seeds: string[] = [];
  const asking: string[] = [];
  const named = new Map<string, ReadonlySet<string>>();
  const readersOf = readersBySpecifier();
  let read = 0;
  await ahead.glances(glances => {
    for (const { file, specifiers, hinted, asks } of glances) {
      read++;
      index.add(file, specifiers);
      const readers = specifiers.flatMap(readersOf);
      if (readers.length > 0) named.set(file, new Set(readers));
      if (!hinted && !specifiers.some(s => isSdk(s) || isSdk(inventory.realName(file, s)) || DECLARES_AGENTS.test(s))) {
        if (asks) asking.push(file);
        continue;
      }
      // Most tests name an SDK for its types, or to stand in for it; where such a thing leads is followed in production only.
      if (inventory.roleOf(file) !== 'production' && !asksModel(inventory.written(file) ?? '')) continue;
      seeds.push(file);
      // Everybody will ask for it, and there may be time until the next files come.
      program.unit(file);
    }
  }, progress);
  return { index, read, seeds, asking, named };
}

/** The files that each reader wants, by its id, in the order of the repository. */
async function nominate(
  inventory: Inventory,
  sources: readonly string[],
  { named }: FirstLook,
  ahead: Ahead,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const patterns = READERS.flatMap(({ id, wants }): Pattern[] =>
    wants?.text === undefined ? [] : [{ id, text: wants.text, roles: wants.roles ?? PRODUCTION }],
  );
  const hits = await ahead.hits(patterns);
  const wanted = ({ id, wants }: Reader, file: string): boolean =>
    wants !== undefined &&
    (hits.get(id)?.has(file) === true ||
      (named.get(file)?.has(id) === true && (wants.roles ?? PRODUCTION).includes(inventory.roleOf(file))));
  return new Map(READERS.map(reader => [reader.id, sources.filter(file => wanted(reader, file))]));
}
