// Guards on the way of a request: redaction of personal data, detection of attacks, masks of logs, sentences in prompts.
import type { ts } from 'ts-morph';
import { type Fact, type Guard, isPythonFile } from '../../../core/index.ts';
import { matches } from '../calls/classify.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { type Foreign, foreignPath, type Step, type Value } from '../evaluator/values.ts';
import { onlySome } from '../guards/entities.ts';
import { GUARD_MODELS, GUARD_PACKAGES, GUARD_SERVICES, namesGuard } from '../guards/libraries.ts';
import { addressOf, fieldLists, LOG_PACKAGES, loggersIn } from '../guards/logs.ts';
import { type Found, Maker } from '../guards/make.ts';
import { ABOUT_INJECTION, declaresTools, partsOf, SET_UP_IN_AWS, shapesOf, textsOf } from '../guards/parts.ts';
import { pipelinesOf } from '../guards/pipelines.ts';
import { jobsOf, slowIn } from '../guards/regex-job.ts';
import { RegexRunner } from '../guards/regex-runner.ts';
import { holdsSentence, SENTENCE_HINT, sentencesIn } from '../guards/sentences.ts';
import type { Held } from '../guards/shapes.ts';
import { sift } from '../guards/sift.ts';
import type { Unit } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { startText } from '../short-text.ts';

/** What a pattern for personal data, for internal addresses or against attacks is hardly written without. */
const PATTERN_HINT =
  /\\d[{+?)\]]|0-9\][{+]|@\[|@\(|@\\w|[Ii]gnore[^\n]{0,20}(?:instruction|previous|prior|all)|(?:gnore|isregard|orget|verride|ypass)[|)\\.[][^\n]{0,120}(?:instruction|previous|prior|all|rule)|忽略|[Jj]ailbreak|postgres[^\n]{0,40}:\\\/|internal\\\.|(?:10|192)\\\./;
/** Patterns of Python in verbose style: blanks stand between all their parts. */
const VERBOSE_HINT = /\bre\.(?:X|VERBOSE)\b|\(\?[aimsu]{0,4}x/;
/** The slashes of an address are escaped only where the pattern is one of JavaScript. */
const PYTHON_PATTERN_HINT = new RegExp(`${PATTERN_HINT.source}|postgres[^\\n]{0,40}:\\/|${VERBOSE_HINT.source}`);
const SERVICE_HINT = /lakera|shieldPrompt|text:analyze|\/moderations|[/}]anonymize\b/;
const FIELD_HINT = /[Rr]edact|REDACT|SENSITIVE|\b[Ss]ensitive(?:[A-Z_]|\w*[kK]eys)/;
/** Guards that are handed to an agent or a call, and guards that are models: what is looked for in the options of every call. */
const CARRIED_HINT =
  /putGuardrails|guardrailI|put_guardrails|PIIMiddleware|putProcessors|[Pp]rompt[ _-]?[Ii]njection|[Jj]ail-?[Bb]reak|[Gg]uard[-/:]?\d|[Pp]rompt-?[Gg]uard|shieldgemma|granite-guardian|safeguard|override (?:the|its|your)|moderations|[aA]pply_?[gG]uardrail/;
const HINT = new RegExp(
  [PATTERN_HINT, VERBOSE_HINT, SERVICE_HINT, FIELD_HINT, SENTENCE_HINT, CARRIED_HINT].map(hint => hint.source).join('|'),
);
/** What a prompt says that wants a verdict. */
const ASKS = /\b(?:classif|detect|determine|decide|judge|whether|flag|verdict|is_?safe|true or false|yes or no)/i;
const PACKAGE_HINT = new RegExp(`['"\`](?:${GUARD_PACKAGES.map(name => name.replace(/[/@.-]/g, '\\$&')).join('|')})`);
/** Guards that a call carries in its options; what libraries of guards make is known by their packages. */
const PART_HINT = /[gG]uardrail|putProcessors|PIIMiddleware/;
/** A call of the endpoint for moderation, a guard model, a prompt about attacks: not in a comment. */
const JUDGE_HINT = new RegExp(
  ['moderations', 'apply_?guardrail', ABOUT_INJECTION.source, ...GUARD_MODELS.map(known => known.model.source)].join('|'),
  'i',
);
const COMMENTS = /^\s*\/\/.*$/gm;
const LOG_HINT = /['"](?:pino|nestjs-pino|langfuse|@langfuse\/|langsmith|@mastra\/)|\b(?:from|import) (?:langfuse|langsmith)\b/;
/** Only files that do something with a pattern are worth a closer look. */
const APPLIES = /\.(?:test|replace|replaceAll|exec|match|matchAll|search|includes)\(/;

export const reader: Reader = {
  id: 'guards',
  wants: { specifier: specifier => namesGuard(specifier) || LOG_PACKAGES.test(specifier), text: HINT },
  begin(reading, nominated) {
    if (new Maker(reading).calls.length > 0) sifting.set(reading, startSift(reading, nominated));
  },
  read(reading, nominated) {
    const maker = new Maker(reading);
    if (maker.calls.length === 0) return [];
    // Each question parses only the files whose text may answer it.
    const unitsWith = (...hints: readonly RegExp[]): readonly Unit[] =>
      nominated.filter(file => hints.every(hint => reading.program.matches(file, hint))).flatMap(file => unitFor(reading, file));
    const guarded = nominated.filter(file => namesPackage(reading, file));
    // To look through the options of every call costs much where there are many.
    const packages = guarded.length > 0;
    const told = packages ? [] : nominated.filter(file => reading.program.matches(file, CARRIED_HINT));
    const judged = packages || told.some(file => JUDGE_HINT.test((reading.inventory.read(file) ?? '').replace(COMMENTS, '')));
    const carried = packages || told.some(file => reading.program.matches(file, PART_HINT));
    // Patterns are tried in a thread of their own, meanwhile.
    const own = patterns(reading, sifting.get(reading) ?? startSift(reading, nominated), maker);
    const others = [
      ...libraries(
        reading,
        guarded.flatMap(file => unitFor(reading, file)),
        maker,
      ),
      ...services(reading, unitsWith(SERVICE_HINT), maker),
      ...(judged ? models(reading, maker) : []),
      ...(carried ? partsOf(reading, maker) : []),
      ...unitsWith(LOG_HINT).flatMap(unit => loggersIn(reading.ev, unit, maker)),
      ...unitsWith(FIELD_HINT, /\.(?:has|includes)\(/).flatMap(unit => fieldLists(reading.ev, unit, maker)),
      ...sentencesIn(
        reading,
        nominated.filter(file => mayHoldSentence(reading, file)).flatMap(file => unitFor(reading, file)),
        maker,
      ),
    ];
    return [...own(), ...others] satisfies readonly Fact[];
  },
};

/** Does a file seem to import a package of guards? */
function namesPackage({ index, inventory }: Reading, file: string): boolean {
  if (isPythonFile(file) && !index.namedBy(file).some(specifier => PACKAGE_HINT.test(`"${specifier}`))) return false;
  return PACKAGE_HINT.test(inventory.read(file) ?? '');
}

function mayHoldSentence({ inventory }: Reading, file: string): boolean {
  // A text in parts is one text when it is lowered.
  const hinted = !isPythonFile(file) || SENTENCE_HINT.test((inventory.written(file) ?? '').replace(/["']\s{0,200}[bfru]{0,2}["']/gi, ''));
  return hinted && holdsSentence(inventory.read(file) ?? '');
}

function unitFor(reading: Reading, file: string): readonly Unit[] {
  const unit = reading.program.unit(file);
  return unit === undefined ? [] : [unit];
}

/** The search for the files with own patterns, and the thread that does it. */
interface Sifting {
  readonly runner: RegexRunner;
  readonly sifted: () => ReadonlySet<string>;
}

const sifting = new WeakMap<Reading, Sifting | undefined>();

function startSift({ inventory, program }: Reading, nominated: readonly string[]): Sifting | undefined {
  const texts = new Map<string, string>();
  for (const file of nominated) if (program.matches(file, PATTERN_HINT, PYTHON_PATTERN_HINT)) texts.set(file, inventory.read(file) ?? '');
  if (texts.size === 0) return undefined;
  const runner = new RegexRunner();
  return { runner, sifted: sift(runner, texts) };
}

/** Own patterns, in the files that hold them and in those that import them. */
function patterns(reading: Reading, started: Sifting | undefined, maker: Maker): () => readonly Guard[] {
  if (started === undefined) return () => [];
  const { inventory, ev } = reading;
  const { runner, sifted } = started;
  return () => {
    try {
      const files = new Set(sifted());
      for (const file of [...files]) for (const importer of usersOf(reading, file)) files.add(importer);
      return [...files]
        .filter(file => APPLIES.test(inventory.read(file) ?? ''))
        .sort()
        .flatMap(file => unitFor(reading, file))
        .flatMap(unit => pipelinesOf(ev, unit))
        .flatMap(({ pipeline, nodes }) =>
          jobsOf(runner, pipeline).flatMap(job => {
            const node = nodes[job.steps.at(-1) ?? 0];
            if (node === undefined) return [];
            const detects = job.against === 'injection';
            const label = detects
              ? 'own patterns against attacks'
              : job.against === 'pii'
                ? 'own patterns for personal data'
                : 'own patterns for internal addresses';
            const facts = maker.called({ node, against: job.against, by: 'pattern', label, detects, job });
            const slow = facts.some(fact => fact.sides.length > 0) ? slowIn(runner, pipeline, job) : [];
            return slow.length === 0
              ? facts
              : facts.map(fact => ({ ...fact, counterexamples: [...slow, ...(fact.counterexamples ?? [])] }));
          }),
        );
    } finally {
      runner.stop();
    }
  };
}

/** The files that may apply a pattern which another file holds in a constant. */
function usersOf({ index, inventory, program }: Reading, file: string): readonly string[] {
  const names = new Set<string>();
  for (const [name, what] of program.unit(file)?.exports ?? []) {
    // What only functions do with patterns is looked at where the functions are.
    if (what.kind === 'declaration' && !tsc.isClassDeclaration(what.node)) continue;
    names.add(name);
  }
  if (names.size === 0) return [];
  return index
    .importersOf(file)
    .slice(0, 20)
    .filter(importer => {
      if (inventory.roleOf(importer) !== 'production') return false;
      const text = inventory.read(importer) ?? '';
      return names.has('default') || [...names].some(name => text.includes(name)) || /\*\s*(?:as\s|from\b)/.test(text);
    });
}

/** Calls into packages that redact or detect, in the files that import them and in those that import those. */
function libraries(reading: Reading, units: readonly Unit[], maker: Maker): readonly Guard[] {
  const { index, inventory } = reading;
  const named = units.filter(unit => [...unit.imports.values()].some(imported => namesGuard(imported.specifier))).map(unit => unit.file);
  const files = new Set(named);
  for (const file of named)
    for (const importer of index.importersOf(file).slice(0, 40)) if (inventory.roleOf(importer) === 'production') files.add(importer);
  return [...files]
    .sort()
    .flatMap(file => unitFor(reading, file))
    .flatMap(unit =>
      unit.calls.flatMap(call =>
        reading.ev.budget.ask(
          () =>
            reading.ev
              .values(call.expression)
              .flatMap(value => libraryAt(reading.ev, call, value))
              .slice(0, 1),
          () => [],
        ),
      ),
    )
    .flatMap(found => maker.called(found));
}

function libraryAt(ev: Evaluator, call: ts.CallExpression | ts.NewExpression, value: Value): readonly Found[] {
  if (value.kind !== 'foreign' || value.package === '') return [];
  const at = value.steps.findIndex(step => step.kind !== 'member');
  const name = foreignPath(value) || 'default';
  const members = at < 0 ? undefined : value.steps.slice(at + 1).map(step => (step.kind === 'member' ? step.name : '()'));
  const shape = shapesOf(value.package).find(s => {
    if (s.does === 'part' || !s.exports.some(e => matches(e, name))) return false;
    if (s.given !== undefined && !value.steps.some(step => step.kind !== 'member' && named(step.args ?? [], s.given))) return false;
    if (s.holds !== undefined && !isHanded(ev, handedTo(call, value, s.holds), s.holds)) return false;
    return members === undefined ? s.members === undefined : (s.members?.includes(members.filter(m => m !== '()').at(-1) ?? '') ?? false);
  });
  if (shape === undefined) return [];
  const args = [call.arguments ?? [], ...value.steps.map(argsOf)];
  const open = shape.open ?? (shape.against === 'pii' ? onlySome(ev, args) : undefined);
  return [
    {
      node: call,
      against: shape.against,
      by: shape.by,
      label: shape.label,
      detects: shape.does !== 'clean',
      throws: shape.does === 'throw',
      ...(open === undefined ? {} : { counterexamples: [open] }),
    },
  ];
}

const argsOf = (step: Step): readonly ts.Expression[] => (step.kind === 'member' ? [] : (step.args ?? []));

/** The arguments of the calls that hand something to a guard. */
function handedTo(call: ts.CallExpression | ts.NewExpression, value: Foreign, { last }: Held): readonly (readonly ts.Expression[])[] {
  if (last === undefined) return [call.arguments ?? [], ...value.steps.map(argsOf)];
  const taken = value.steps.filter((step, i) => {
    const before = value.steps[i - 1];
    return step.kind !== 'member' && before?.kind === 'member' && last.members.includes(before.name) && !named(argsOf(step), last.unless);
  });
  return taken.slice(-1).map(argsOf);
}

/** Is one of the things handed over of one of the exports: a scanner in a list, a class with its options beside it? */
function isHanded(ev: Evaluator, calls: readonly (readonly ts.Expression[])[], { exports, given }: Held): boolean {
  return calls.some(args =>
    args
      .flatMap(arg => (tsc.isSpreadElement(arg) ? [] : ev.values(arg)))
      .flatMap(one => (one.kind === 'array' || (one.kind === 'object' && isKeywords(one.node)) ? ev.anyMember([one]) : [one]))
      .flatMap(one => (one.kind === 'array' ? ev.anyMember([one]) : [one]))
      .some(
        one =>
          one.kind === 'foreign' &&
          exports.some(e => matches(e, foreignPath(one))) &&
          (given === undefined || named(args, given) || one.steps.some(step => named(argsOf(step), given))),
      ),
  );
}

/** Do the arguments of a construction hold a text? */
function named(args: readonly ts.Expression[], given: RegExp | undefined): boolean {
  return args.some(arg => given?.test(startText(arg, 400)) === true);
}

/** Requests to services that judge or clean a text. */
function services(reading: Reading, units: readonly Unit[], maker: Maker): readonly Guard[] {
  return units
    .flatMap(unit => unit.calls)
    .flatMap(call => {
      if (!tsc.isCallExpression(call)) return [];
      const address = reading.ev.budget.ask(
        () => addressOf(reading.ev, call),
        () => undefined,
      );
      const service = address === undefined ? undefined : GUARD_SERVICES.find(s => s.url.test(address));
      if (service === undefined) return [];
      return maker.called({ node: call, against: service.against, by: 'service', label: service.label, detects: service.does === 'judge' });
    });
}

/** `apply_guardrail`: a guardrail of Bedrock on its own. */
const APPLIED = (['injection', 'pii'] as const).map(against => ({
  against,
  by: 'service' as const,
  label: 'a Bedrock guardrail',
  detects: true,
  counterexamples: [SET_UP_IN_AWS],
}));

/** Model calls that are themselves verdicts: guard models, moderation, and prompts that ask whether a text is an attack. */
function models(reading: Reading, maker: Maker): readonly Guard[] {
  const { sites, ev, inventory } = reading;
  return (
    sites
      .filter(site => inventory.roleOf(site.node.getSourceFile().fileName) === 'production')
      .flatMap((site): readonly Found[] => {
        if (site.shape.kind === 'moderation' && site.classified.sdk.provider === 'bedrock')
          return APPLIED.map(one => ({ ...one, node: site.node }));
        if (site.shape.kind === 'moderation')
          return [{ node: site.node, against: 'harm', by: 'service', label: 'a moderation endpoint', detects: true }];
        if (site.shape.kind !== 'chat' && site.shape.kind !== 'agent-run') return [];
        const texts = textsOf(ev, site);
        const model = GUARD_MODELS.find(m => texts.some(text => text.length < 200 && m.model.test(text)));
        if (model !== undefined) return [{ node: site.node, against: model.against, by: 'model', label: model.label, detects: true }];
        if (!texts.some(text => ABOUT_INJECTION.test(text) && ASKS.test(text)) || declaresTools(ev, site)) return [];
        return [
          {
            node: site.node,
            against: 'injection',
            by: 'model',
            label: 'a model that is asked whether the text is an attack',
            detects: true,
          },
        ];
      })
      .flatMap(found => maker.called(found))
      // A prompt that warns of attacks is no classifier: only a verdict that stops something is.
      .filter(
        guard =>
          guard.label !== 'a model that is asked whether the text is an attack' ||
          (guard.failsOpen === undefined && guard.sides.includes('input')),
      )
  );
}
