// From what was found to facts: for each side on which a guard stands, how far it can be relied on and which calls it misses.
import type { ts } from 'ts-morph';
import type { Guard, Location, Reach } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isAsserted } from '../dialect.ts';
import { scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { isCovered } from './coverage.ts';
import { goesOn } from './flow.ts';
import { earlyWay, rawWay } from './kept-raw.ts';
import { reachOfLog } from './log-reach.ts';
import { type Pieces, piecesOf } from './pieces.ts';
import type { Job } from './regex-job.ts';
import { pastWay } from './seen.ts';
import { type Reliance, relianceOf } from './standing.ts';
import { type Side, type Stand, Stands } from './stands.ts';
import { branchesOn, isEffective } from './verdict.ts';

/** A guard in the code, before it is known where it stands. */
export interface Found {
  readonly node: ts.Node;
  readonly against: Guard['against'];
  readonly by: Guard['by'];
  readonly label: string;
  /** Its verdict must be asked; otherwise its text must go on. */
  readonly detects: boolean;
  /** It throws by itself. */
  readonly throws?: boolean;
  readonly job?: Job;
  readonly counterexamples?: readonly string[];
  readonly reliance?: Reliance;
}

/** What a chat with a model is: the calls that people read or that run tools. */
const TALKS = new Set(['chat', 'agent-run']);

export class Maker {
  readonly #reading: Reading;
  readonly #stands: Stands;
  #calls: readonly ts.Node[] | undefined;
  /** Was the limit of work spent on a question about the fact that is being made? */
  #cut = false;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#stands = new Stands(reading);
  }

  /** The production calls that talk. */
  get calls(): readonly ts.Node[] {
    const { sites, requests, inventory } = this.#reading;
    this.#calls ??= [
      ...sites.filter(site => TALKS.has(site.shape.kind)).map(site => site.node),
      ...requests.filter(request => TALKS.has(request.endpoint.kind)).map(request => request.node),
    ].filter(node => inventory.roleOf(node.getSourceFile().fileName) === 'production');
    return this.#calls;
  }

  /** The facts of a guard that is called: one for each side on which it stands. @param only the side that is asked about */
  called(found: Found, only?: Side): readonly Guard[] {
    const { paths, program } = this.#reading;
    // A text that was cleaned only to be searched goes nowhere.
    const used = found.detects || found.by !== 'pattern' || found.job === undefined || goesOn(program, found.node);
    const stands = used ? this.#stands.of(found.node, found.detects).filter(stand => only === undefined || stand.side === only) : [];
    if (!used) return [];
    if (stands.length === 0) return [this.fact(found, [], paths.reachOf(found.node), {})];
    const bySide = new Map<Side, Stand[]>();
    for (const stand of stands) {
      // What a detector finds on its way to the provider, it finds in what came in.
      const side = found.detects && stand.side === 'provider' ? 'input' : stand.side;
      const list = bySide.get(side);
      if (list === undefined) bySide.set(side, [stand]);
      else list.push(stand);
    }
    return [...bySide].map(([side, own]) => {
      this.#cut = false;
      const judged = own.map(stand => ({ stand, reliance: this.#reliance(found, stand), past: this.#past(found, stand, own) }));
      const solid = judged.filter(
        ({ reliance, past }) => reliance.offUnless === undefined && reliance.failsOpen === undefined && past === undefined,
      );
      const [best] = solid.length > 0 ? solid : judged;
      const covers = (solid.length > 0 ? solid : judged).map(({ stand }) => stand);
      const whole = covers.filter(stand => !stand.piecewise);
      const pieces = new Map(side === 'output' ? this.calls.map(call => [call, this.#pieces(call, found)]) : []);
      const misses =
        side === 'input' || side === 'output'
          ? this.calls.filter(call => call !== found.node && (pieces.get(call) === 'bare' || !this.#covers(call, side, covers)))
          : undefined;
      const piecewise = side === 'output' && (whole.length < covers.length || [...pieces.values()].includes('each'));
      // Who writes to a logger is hard to follow; that the text is cleaned in it is seen.
      const logged = side !== 'log' || own.some(stand => stand.part?.all ?? reachOfLog(this.#reading, stand.node) === 'on-path');
      // What took too long to look at is not known to be right, and not known to be wrong.
      const reach = logged && !this.#cut ? 'on-path' : 'unknown';
      const blind = own.every(stand => stand.part?.blind !== undefined) ? own[0]?.part?.blind : undefined;
      const reliance = { ...best?.reliance, ...(blind === undefined ? {} : { failsOpen: blind }) };
      const fact = {
        ...this.fact(found, [side], reach, reliance, misses, piecewise),
        ...(best?.past === undefined ? {} : { past: best.past }),
      };
      const lines = own.flatMap(stand => stand.line ?? []);
      if (side === 'log' && own.every(stand => stand.part !== undefined)) return { ...fact, ofLogger: true };
      return side === 'log' && lines.length === own.length ? { ...fact, lines: lines.map(lineOf) } : fact;
    });
  }

  /** What becomes of the text of a call that is handed out while it comes. */
  #pieces(call: ts.Node, found: Found): Pieces {
    const { ev, paths } = this.#reading;
    return this.#ask(() => piecesOf(ev, paths, call, found.node), 'unknown');
  }

  #covers(call: ts.Node, side: 'input' | 'output', stands: readonly Stand[]): boolean {
    const { ev, paths } = this.#reading;
    return this.#ask(() => isCovered(ev, paths, call, side, stands), true);
  }

  /** What of the way in a detector does not look at. */
  #past(found: Found, stand: Stand, all: readonly Stand[]): string | undefined {
    if (!found.detects || (stand.side !== 'input' && stand.side !== 'provider')) return undefined;
    const { ev, paths } = this.#reading;
    const here = all.filter(other => other.scope === stand.scope);
    return this.#ask(() => pastWay(ev, paths, stand, here, new Set(this.calls)), undefined);
  }

  /** A question within the limit of work; when that is spent, the fact says that it is not known. */
  #ask<T>(question: () => T, otherwise: T): T {
    return this.#reading.ev.budget.ask(question, () => {
      this.#cut = true;
      return otherwise;
    });
  }

  #reliance(found: Found, stand: Stand): Reliance {
    const { ev, paths, program } = this.#reading;
    const reliance = this.#ask((): Reliance => relianceOf(ev, paths, stand.chain, found.detects), {});
    if (!found.detects && stand.side === 'output' && reliance.failsOpen === undefined) {
      const inner = isFunctionNode(stand.scope) && paths.usesOf(stand.scope).some(use => use.how === 'called' || use.how === 'handed');
      const raw = this.#ask(() => rawWay(ev, stand, paths.leads.get(stand.scope) ?? new Set(), inner), undefined);
      return raw === undefined ? reliance : { ...reliance, failsOpen: raw };
    }
    if (found.detects && stand.side === 'output' && reliance.failsOpen === undefined) {
      const early = this.#ask(() => earlyWay(ev, stand, paths.leads.get(stand.scope) ?? new Set()), undefined);
      if (early !== undefined) return { ...reliance, failsOpen: early };
    }
    if (!found.detects || found.throws === true || reliance.failsOpen !== undefined) return reliance;
    const own = new Set(stand.chain);
    // One detector for two sides: what acts on its verdict about the results of tools does nothing for the question.
    const mine = new Set(stand.chain.map(scopeOf));
    const acts = this.#ask(
      () => branchesOn(program, paths, found.node).filter(branch => mine.has(scopeOf(branch.node)) && isEffective(paths, branch, own)),
      undefined,
    );
    if (acts?.length === 0) return { ...reliance, failsOpen: 'no branch stops the way on its verdict' };
    return acts?.every(branch => isAsserted(branch.node)) === true
      ? { ...reliance, failsOpen: 'its verdict is only asserted, which Python leaves out when it runs with -O' }
      : reliance;
  }

  fact(found: Found, sides: readonly Side[], reach: Reach, reliance: Reliance, misses?: readonly ts.Node[], piecewise = false): Guard {
    const location = placeOf(found.node);
    const missed: readonly Location[] | undefined = misses?.map(node => placeOf(node));
    const counterexamples = found.counterexamples ?? found.job?.counterexamples;
    return {
      kind: 'guard',
      location,
      role: this.#reading.inventory.roleOf(location.file),
      against: found.against,
      sides,
      by: found.by,
      label: found.label,
      reach,
      ...found.reliance,
      ...reliance,
      ...(counterexamples === undefined ? {} : { counterexamples }),
      ...(found.job === undefined ? {} : { tried: found.job.tried }),
      ...(found.job?.blind === undefined ? {} : { blind: found.job.blind }),
      ...(missed === undefined ? {} : { misses: missed }),
      ...(piecewise ? { piecewise } : {}),
    };
  }
}

/** The place of a line, as the facts about lines name it. */
function lineOf(call: ts.CallExpression): Location {
  return placeOf(call, tsc.isPropertyAccessExpression(call.expression) ? call.expression.name : call);
}
