// The TypeScript compiler that comes with ts-morph, loaded the quick way: an ES import of this CommonJS package has its ten
// megabytes scanned for export names first, which takes a tenth of a second. `tsc` are its functions, `ts` are its types.
import { createRequire } from 'node:module';
import type { ts as types } from 'ts-morph';

const require = createRequire(import.meta.url);

/** The compiler alone, where ts-morph keeps it; all of ts-morph, should it move: that takes fifty milliseconds more to load. */
function load(): typeof types {
  try {
    return createRequire(require.resolve('ts-morph'))('@ts-morph/common/dist/typescript.js') as typeof types;
  } catch {
    return (require('ts-morph') as { readonly ts: typeof types }).ts;
  }
}

/**
 * The same functions within quick reach. The compiler offers its 2,200 names as accessors of an object too large for the inline
 * caches of the engine, and the guards (`isIdentifier`) are called many millions of times: as plain properties of a prototype
 * they take half the time, a tenth of a whole audit.
 */
function quick(compiler: typeof types): typeof types {
  const near: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(compiler))
    if (/^is[A-Z]/.test(name) || name === 'SyntaxKind' || name === 'forEachChild') near[name] = value;
  return Object.create(Object.setPrototypeOf(near, compiler)) as typeof types;
}

export const tsc = quick(load());
