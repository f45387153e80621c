// Module hooks of Node for TypeScript: which file an import means, and what its text is without types.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ts as types } from 'ts-morph';

interface Context {
  readonly parentURL?: string;
}
interface Resolved {
  readonly url: string;
  readonly format?: string;
  readonly shortCircuit?: boolean;
}
interface Loaded {
  readonly format: string;
  readonly source?: string;
  readonly shortCircuit?: boolean;
}

const TYPESCRIPT = /\.[mc]?tsx?$|\.jsx$/;
/** Endings that an import may leave out, and what stands for the ending of the JavaScript that a build would make. */
const LEFT_OUT = ['.ts', '.tsx', '.js', '/index.ts', '/index.tsx', '/index.js'];
const require = createRequire(import.meta.url);
let compiler: typeof types | undefined;

/** `./a`, `./a.js` and `./a/` may mean `./a.ts`. Everything else is found as Node finds it. */
export async function resolve(
  specifier: string,
  context: Context,
  next: (specifier: string, context: Context) => Promise<Resolved>,
): Promise<Resolved> {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^(?:\.{1,2}\/|file:|\/)/.test(specifier)) throw error;
    const base = fileURLToPath(new URL(specifier, context.parentURL));
    const found = [base.replace(/\.([mc]?)js$/, '.$1ts'), base.replace(/\.js$/, '.tsx'), ...LEFT_OUT.map(ending => base + ending)].find(
      isFile,
    );
    if (found === undefined) throw error;
    return next(pathToFileURL(found).href, context);
  }
}

/** The text of a TypeScript file as an ES module. */
export async function load(url: string, context: Context, next: (url: string, context: Context) => Promise<Loaded>): Promise<Loaded> {
  const path = url.startsWith('file:') ? fileURLToPath(url) : '';
  if (!TYPESCRIPT.test(path) || path.includes('/node_modules/')) return next(url, context);
  compiler ??= (require('ts-morph') as { readonly ts: typeof types }).ts;
  const { ModuleKind, ScriptTarget, JsxEmit } = compiler;
  const { outputText } = compiler.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    compilerOptions: {
      module: ModuleKind.ESNext,
      target: ScriptTarget.ES2022,
      jsx: JsxEmit.ReactJSX,
      experimentalDecorators: true,
      inlineSourceMap: true,
    },
  });
  return { format: 'module', source: outputText, shortCircuit: true };
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
