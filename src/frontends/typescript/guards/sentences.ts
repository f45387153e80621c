// Sentences in prompts that ask the model to resist: weak evidence, and better than none. They count where a prompt can carry them.
import type { ts } from 'ts-morph';
import type { Guard, Reach } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import type { Maker } from './make.ts';
import type { Side } from './stands.ts';

/** Nominates files by their text. */
export const SENTENCE_HINT =
  /[Uu]ntrusted|[Nn]ot (?:as )?instructions|[Ii]gnore (?:any|every|all|attempts)|(?:[Nn]ever|[Nn]ot|n't) (?:follow|obey|reveal|disclose)/;

const SENTENCES: readonly { readonly says: RegExp; readonly side?: Side }[] = [
  // Orders inside data.
  {
    says: /\b(?:never|do not|don't|must not)\b[^.\n]{0,40}\b(?:follow|obey|execute|act on)\b[^.\n]{0,40}\b(?:instructions?|commands?|orders?)\b[^.\n]{0,40}\b(?:in|inside|within|from|contained|embedded|found)\b/i,
    side: 'tool-output',
  },
  {
    says: /\buntrusted\b[^\n]{0,160}\b(?:instructions?|commands?)\b|\b(?:instructions?|commands?)\b[^\n]{0,160}\buntrusted\b/i,
    side: 'tool-output',
  },
  { says: /\b(?:as (?:data|evidence|content)|evidence)\b[^.\n]{0,40}\bnot (?:as )?(?:instructions|commands)\b/i, side: 'tool-output' },
  // Orders of the user.
  {
    says: /\bignore\b[^.\n]{0,20}\b(?:attempts?|requests?|instructions?)\b[^.\n]{0,40}\b(?:to (?:change|override|alter|bypass)|that (?:change|override|contradict|ask you to ignore))\b/i,
    side: 'input',
  },
  {
    says: /\b(?:never|do not|don't|must not)\b[^.\n]{0,30}\b(?:reveal|disclose)\b[^.\n]{0,30}\b(?:(?:system|internal) prompts?|(?:these|your|the system) (?:instructions|prompt))\b/i,
    side: 'input',
  },
  {
    says: /\b(?:prompt[- ]injections?|jailbreak(?:ing|s)?)\b[^.\n]{0,60}\b(?:attempts?|attacks?|refuse|ignore|resist|reject)\b/i,
    side: 'input',
  },
];

const MOST = 40;

/** Does the text of a file hold a sentence that counts, as it is written or as it is meant? */
export function holdsSentence(text: string): boolean {
  if (!SENTENCE_HINT.test(text)) return false;
  const meant = text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
  return SENTENCES.some(({ says }) => says.test(text) || says.test(meant));
}

/** The sentences in prompts of files that are near the model calls. */
export function sentencesIn(reading: Reading, units: readonly Unit[], maker: Maker): readonly Guard[] {
  const out: Guard[] = [];
  for (const unit of units) {
    walk(unit.ast, node => {
      if (out.length >= MOST || tsc.isImportDeclaration(node)) return 'skip';
      const text = tsc.isStringLiteralLike(node) ? node.text : tsc.isTemplateExpression(node) ? node.getText() : undefined;
      if (text === undefined) return undefined;
      const sides = [...new Set(SENTENCES.filter(s => s.says.test(text)).flatMap(s => s.side ?? []))];
      if (sides.length === 0) return undefined;
      const reach = reading.ev.budget.ask(
        () => reachOfText(reading, node, 0),
        () => 'unknown' as const,
      );
      const found = { node, against: 'injection', by: 'prompt', label: 'a sentence in a prompt', detects: false } as const;
      if (reach !== 'unconnected') for (const side of sides) out.push(maker.fact(found, [side], reach, {}));
      return 'skip';
    });
  }
  return out;
}

/** Can a text get to a model call: does it stand on the way, or is the constant that it belongs to used there? */
function reachOfText(reading: Reading, node: ts.Node, depth: number): Reach {
  const scope: Scope = scopeOf(node);
  if (isFunctionNode(scope)) {
    const reach = reading.paths.reachOf(node);
    if (reach !== 'unconnected' || depth > 3) return reach;
  } else if (reading.paths.leads.has(scope)) return 'on-path';
  if (depth > 3) return 'unconnected';
  const name = constantOf(node);
  if (name === undefined) return 'unconnected';
  for (const use of usesOf(reading, name)) {
    const reach = reachOfText(reading, use, depth + 1);
    if (reach !== 'unconnected') return reach;
  }
  return 'unconnected';
}

/** The name of the constant at the top of a file that a text is a part of. */
function constantOf(node: ts.Node): ts.Identifier | undefined {
  for (let up = node.parent; up !== undefined && !tsc.isBlock(up); up = up.parent)
    if (tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name)) return up.name;
  return undefined;
}

function usesOf(reading: Reading, name: ts.Identifier): readonly ts.Identifier[] {
  const { program, index, inventory } = reading;
  const unit = program.unitOf(name);
  const own = program.identifiers(unit, name.text).filter(id => {
    const binding = resolve(id);
    return id !== name && binding !== undefined && 'node' in binding && binding.node === name.parent;
  });
  const others = index
    .importersOf(unit.file)
    .filter(file => inventory.roleOf(file) === 'production' && program.mentions(file, name.text))
    .slice(0, 30)
    .flatMap(file => {
      const other = program.unit(file);
      return other === undefined
        ? []
        : program.identifiers(other, name.text).filter(id => resolve(id)?.kind === 'import' && !tsc.isImportSpecifier(id.parent));
    });
  return [...own, ...others].slice(0, 60);
}
