// Routes of the repository that its own browser code calls over HTTP: `fetch('/api/chat')` is a call of app/api/chat/route.ts.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Program } from '../program.ts';
import { walk } from '../program.ts';
import { propertyName } from '../syntax.ts';

const APP = /(?:^|\/)(?:src\/)?app\/(.*)\/route\.[cm]?[jt]sx?$/;
const PAGES = /(?:^|\/)(?:src\/)?pages\/(api\/.*?)(?:\/index)?\.[cm]?[jt]sx?$/;

/** The URL path that a file serves by the conventions of Next.js, or undefined. */
export function routePath(file: string): string | undefined {
  const path = (APP.exec(file) ?? PAGES.exec(file))?.[1];
  if (path === undefined || path.includes('[')) return undefined;
  const parts = path.split('/').filter(part => !(part.startsWith('(') && part.endsWith(')')));
  return `/${parts.join('/')}`;
}

/** The HTTP method that a request names; undefined when it cannot be read. */
export function methodOf(call: ts.CallExpression): string | undefined {
  if (tsc.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'post') return 'POST';
  const options = call.arguments[1];
  if (options === undefined) return 'GET';
  if (!tsc.isObjectLiteralExpression(options)) return undefined;
  const method = options.properties.find(p => propertyName(p) === 'method');
  if (method === undefined) return options.properties.some(tsc.isSpreadAssignment) ? undefined : 'GET';
  return tsc.isPropertyAssignment(method) && tsc.isStringLiteralLike(method.initializer)
    ? method.initializer.text.toUpperCase()
    : undefined;
}

/** Finds the calls that send a request to a route of the repository. */
export function routeCalls(program: Program, sources: readonly string[]): (file: string) => readonly ts.CallExpression[] {
  const known = new Map<string, readonly ts.CallExpression[]>();
  return file => {
    const done = known.get(file);
    if (done !== undefined) return done;
    known.set(file, []);
    const path = routePath(file);
    const found = path === undefined ? [] : sources.flatMap(source => callsIn(program, source, path));
    known.set(file, found);
    return found;
  };
}

function callsIn(program: Program, source: string, path: string): ts.CallExpression[] {
  if (program.inventory.roleOf(source) !== 'production') return [];
  const text = program.inventory.read(source);
  if (text === undefined || !(text.includes(`'${path}'`) || text.includes(`"${path}"`) || text.includes(`\`${path}\``))) return [];
  const unit = program.unit(source);
  const out: ts.CallExpression[] = [];
  if (unit !== undefined) {
    walk(unit.ast, node => {
      if (!tsc.isCallExpression(node)) return;
      const first = node.arguments[0];
      const name = tsc.isIdentifier(node.expression)
        ? node.expression.text
        : tsc.isPropertyAccessExpression(node.expression)
          ? node.expression.name.text
          : '';
      if (
        first !== undefined &&
        tsc.isStringLiteralLike(first) &&
        first.text === path &&
        (name === 'fetch' || name === 'post' || name === '$fetch')
      )
        out.push(node);
    });
  }
  return out;
}
