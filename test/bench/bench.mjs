// npm run bench -- DIR [RUNS]: what an audit costs beside what nobody can do without, in one run on one machine.
//   walk and read   our inventory lists the repository and reads its JavaScript and TypeScript files (or those of Python, where
//                   there are more of them)
//   parse           the TypeScript compiler (tree-sitter) parses the same files: no binding, no types, no findings
//   audit           agent-ready audit DIR --format json
// Each is a process of its own, started in turn, so that wall time, CPU time and peak memory are whole and comparable.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const home = resolve(here, '../../..');
const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/;
const PYTHON = /\.py$/;

if (process.argv[2] === '--task') await work(process.argv[3], process.argv[4]);
else await compare(process.argv[2], Number(process.argv[3] ?? 5));

/** Runs one of the three in this process and reports what it used. */
async function work(task, dir) {
  const print = process.stdout.write.bind(process.stdout);
  const { openInventory } = task === 'walk' ? await import(join(home, 'dist/src/repository/index.js')) : {};
  let note = {};
  if (task === 'audit') {
    const { commandLine } = await import(join(home, 'dist/src/cli/packed.js'));
    const { main } = await commandLine();
    // The report itself is dropped: a pipe that nobody reads would be measured instead.
    process.stdout.write = () => true;
    await main(['audit', dir, '--format', 'json', '--quiet']);
  } else if (task === 'walk') {
    const inventory = await openInventory(dir);
    const [own, python] = [SOURCE, PYTHON].map(ending => inventory.files.filter(file => ending.test(file)));
    const files = python.length > own.length ? python : own;
    for (const file of files) inventory.read(file);
    note = { files, lines: inventory.lines };
  } else {
    const files = JSON.parse(readFileSync(0, 'utf8'));
    note = { parsed: PYTHON.test(files[0] ?? '') ? await parsePython(dir, files) : parseTypeScript(dir, files) };
  }
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  print(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS / 1024, ...note }));
}

function parseTypeScript(dir, files) {
  const { ts } = createRequire(join(home, 'package.json'))('ts-morph');
  return files.map(file => ts.createSourceFile(file, readFileSync(join(dir, file), 'utf8'), ts.ScriptTarget.Latest)).length;
}

/** Trees of tree-sitter live outside of the heap and are given back one by one, as everybody must. */
async function parsePython(dir, files) {
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(home, 'src/frontends/python/grammar/python.wasm')));
  for (const file of files) parser.parse(readFileSync(join(dir, file), 'utf8'))?.delete();
  return files.length;
}

/** Starts one task as a process; wall time is from start to exit. */
function run(task, dir, input = '') {
  return new Promise((done, failed) => {
    const started = performance.now();
    const child = spawn(process.execPath, [here, '--task', task, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', chunk => {
      out += chunk;
    });
    child.on('error', failed);
    child.on('close', code => {
      if (code !== 0 && code !== 1) failed(new Error(`${task} ended with code ${code}`));
      else done({ wall: (performance.now() - started) / 1000, ...JSON.parse(out) });
    });
    child.stdin.end(input);
  });
}

async function compare(dir, runs) {
  if (dir === undefined) {
    process.stderr.write('usage: npm run bench -- DIR [RUNS]\n');
    process.exitCode = 2;
    return;
  }
  const root = resolve(dir);
  const first = await run('walk', root);
  const list = JSON.stringify(first.files);
  const results = { walk: [], parse: [], audit: [] };
  for (let i = 0; i < runs; i++) {
    for (const task of Object.keys(results)) results[task].push(await run(task, root, task === 'parse' ? list : ''));
  }
  const of = (task, figure) => median(results[task].map(r => r[figure]));
  const base = { wall: of('parse', 'wall'), cpu: of('parse', 'cpu'), memory: of('parse', 'memory') };
  const names = {
    walk: 'walk and read',
    parse: PYTHON.test(first.files[0] ?? '') ? 'tree-sitter parse' : 'TypeScript parse',
    audit: 'agent-ready audit',
  };
  console.log(
    `${root}: ${first.files.length} source files, ${first.lines.toLocaleString('en')} lines; median of ${runs} runs, node ${process.version}`,
  );
  console.log(`audit: ${((of('audit', 'wall') * 1e6) / first.lines).toFixed(1)} s per million lines`);
  console.log(
    `${''.padEnd(20)}${'wall s'.padStart(9)}${'cpu s'.padStart(9)}${'peak MB'.padStart(9)}   ratio to the parse: wall, cpu, memory`,
  );
  for (const [task, name] of Object.entries(names)) {
    const [wall, cpu, memory] = [of(task, 'wall'), of(task, 'cpu'), of(task, 'memory')];
    const ratios = [wall / base.wall, cpu / base.cpu, memory / base.memory].map(r => r.toFixed(2)).join('  ');
    console.log(
      `${name.padEnd(20)}${wall.toFixed(2).padStart(9)}${cpu.toFixed(2).padStart(9)}${memory.toFixed(0).padStart(9)}   ${ratios}`,
    );
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
