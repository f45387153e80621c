// What is taken out of a list or a table by a key that only a run knows: `tools.find(one => one.name === name)`, `byName.get(name)`.
// Any of the entries may be it, as with `table[key]`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { type Frame, foreignPath, type Lazy, UNDEFINED, type Value } from './values.ts';

const PICKS = new Set(['find', 'findLast', 'at', 'pop', 'shift']);
/** Methods of a list that give a list with the same items, or some of them. */
const KEEPS = new Set(['filter', 'slice', 'toSorted', 'sort', 'reverse', 'toReversed']);

/** What a call takes out of a list or a `Map` of the program; undefined for every other call. */
export function pickedValues(ev: Evaluator, node: ts.CallExpression, frame: Frame | undefined): Values | undefined {
  const callee = node.expression;
  if (!tsc.isPropertyAccessExpression(callee)) return undefined;
  const method = callee.name.text;
  if (PICKS.has(method)) {
    const lists = listsIn(ev, callee.expression, frame);
    return lists.length === 0 ? undefined : [...ev.anyMember(lists), UNDEFINED];
  }
  if (method !== 'get' || node.arguments.length !== 1) return undefined;
  const found = ev.values(callee.expression, frame).flatMap(value => ofMap(ev, value));
  return found.length === 0 ? undefined : [...found, UNDEFINED];
}

/** The lists that a receiver stands for; the values of a table are one. */
function listsIn(ev: Evaluator, from: ts.Expression, frame: Frame | undefined): Values {
  // `tools.filter(isOn).find(...)`: which items are left cannot be told.
  let receiver = from;
  for (let depth = 0; depth < 8 && tsc.isCallExpression(receiver) && tsc.isPropertyAccessExpression(receiver.expression); depth++) {
    if (!KEEPS.has(receiver.expression.name.text)) break;
    receiver = receiver.expression.expression;
  }
  const values = ev.values(receiver, frame);
  if (values.some(v => v.kind === 'array')) return values.filter(v => v.kind === 'array');
  return tsc.isCallExpression(receiver) && receiver.expression.getText() === 'Object.values' ? values.filter(v => v.kind === 'object') : [];
}

/** The values of `new Map([[key, value]])`, `new Map(Object.entries(table))` and `new Map(list.map(one => [one.key, one]))`. */
function ofMap(ev: Evaluator, value: Value): Values {
  const made = value.kind === 'foreign' && value.package === '' && value.steps.length === 2 ? value.steps[1] : undefined;
  if (value.kind !== 'foreign' || made?.kind !== 'new' || foreignPath(value) !== 'Map') return [];
  const [source] = made.args ?? [];
  if (source === undefined || tsc.isSpreadElement(source)) return [];
  if (tsc.isCallExpression(source) && tsc.isPropertyAccessExpression(source.expression)) {
    if (source.expression.getText() === 'Object.entries') return ev.anyMember(ev.values(source, made.frame));
    if (source.expression.name.text === 'map') return ev.item(mapped(ev, source, source.expression.expression, made.frame), 1);
  }
  return ev.values(source, made.frame).flatMap(list =>
    list.kind === 'array'
      ? ev.item(
          ev.anyMember([list]).filter(pair => pair.kind === 'array'),
          1,
        )
      : [],
  );
}

/** What the callback of `map` makes of the items of a list. */
function mapped(ev: Evaluator, call: ts.CallExpression, receiver: ts.Expression, frame: Frame | undefined): Values {
  const [callback] = call.arguments;
  if (callback === undefined || tsc.isSpreadElement(callback)) return [];
  const items = listsIn(ev, receiver, frame).flatMap((list): Lazy[] =>
    list.kind === 'array' ? list.node.elements.filter(e => !tsc.isSpreadElement(e)).map(e => ({ node: e, frame: list.frame })) : [],
  );
  return items.length === 0
    ? []
    : ev.values(callback, frame).flatMap(v => (v.kind === 'function' ? ev.returned(v.node, [items], v.frame, v.self) : []));
}
