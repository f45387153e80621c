// The command line as one script, and the code that the engine compiled from it and from the TypeScript compiler when it was built.
// Reading both takes a fifth of the time of an audit less than compiling five hundred modules anew. Without them all works as well:
// the engine refuses code of another version or with other settings, and then compiles the source that lies beside it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { constants, Script } from 'node:vm';
import { tuneEngine } from './engine.ts';

type CommandLine = Pick<typeof import('./main.ts'), 'main' | 'failedToPrint'>;

/** A script that was run, and where its compiled code belongs. */
export interface Run {
  readonly script: Script;
  readonly compiled: string;
}

const FOLDER = fileURLToPath(new URL('../../packed', import.meta.url));
const COMPILER = /[\\/]@ts-morph[\\/]common[\\/]dist[\\/]typescript\.js$/;

/**
 * The command line from its one script, or from its modules where there is none.
 * @param runs gathers what was run, for the build
 */
export async function commandLine(runs: Run[] = []): Promise<CommandLine> {
  // The engine accepts compiled code only with the settings that it was made with.
  tuneEngine();
  const file = join(FOLDER, 'main.cjs');
  if (!existsSync(file)) return import('./main.ts');
  hookCompiler(runs);
  return run(file, runs) as CommandLine;
}

const BEFORE = Buffer.from('(function (exports, require, module, __filename, __dirname) { ');
const AFTER = Buffer.from('\n})');

type Extensions = Record<string, (module: { exports: unknown }, file: string) => void>;

/** Loads the TypeScript compiler with its compiled code when it is asked for; everything else as ever. */
function hookCompiler(runs: Run[]): void {
  const { _extensions: extensions } = Module as unknown as { readonly _extensions: Extensions };
  const usual = extensions['.js'];
  if (usual === undefined) return;
  extensions['.js'] = (module, file) => {
    if (!COMPILER.test(file)) return usual(module, file);
    extensions['.js'] = usual;
    module.exports = run(file, runs);
  };
}

/** Runs a CommonJS script. */
function run(file: string, runs: Run[]): unknown {
  // Another version of a source has another size or time; both are made anew by the same build.
  const { size, mtimeMs } = statSync(file);
  const compiled = join(FOLDER, `${basename(file)}-${size}-${Math.floor(mtimeMs)}-${cachedDataVersionTag()}.bin`);
  const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
  // Joined as bytes: a joined text would be copied once more, and stay.
  const source = Buffer.concat([BEFORE, readFileSync(file), AFTER]).toString('utf8');
  const script = new Script(source, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  runs.push({ script, compiled });
  const module = { exports: {} as unknown };
  const wrapped = script.runInThisContext() as (...given: unknown[]) => void;
  wrapped.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}
