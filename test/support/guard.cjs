// Preloaded into the command line by test/hostile.test.ts: writes down what an inspection may never do (start a process,
// open a connection, write a file, load code of the repository) and every path that it opens.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const log = process.env.GUARD_LOG;
const append = fs.appendFileSync.bind(fs);
let noting = false;

function note(what, detail) {
  // Node's own functions call one another through the ones that are watched here.
  if (noting) return;
  noting = true;
  append(log, `${what}\t${String(detail)}\n`);
  noting = false;
}

function watch(owner, name, what, quiet = () => false) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  owner[name] = function watched(...args) {
    if (!quiet(...args)) note(what, args[0]);
    return original.apply(this, args);
  };
}

const processes = require('node:child_process');
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) watch(processes, name, 'process');
const net = require('node:net');
watch(net.Socket.prototype, 'connect', 'connection');
for (const name of ['connect', 'createConnection', 'createServer']) watch(net, name, 'connection');
const dns = require('node:dns');
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) watch(dns, name, 'connection');
watch(globalThis, 'fetch', 'connection');
for (const name of [
  'writeFileSync',
  'writeFile',
  'appendFileSync',
  'appendFile',
  'createWriteStream',
  'mkdirSync',
  'mkdir',
  'rmSync',
  'rm',
  'unlinkSync',
])
  watch(fs, name, 'write');
for (const name of ['renameSync', 'symlinkSync', 'linkSync', 'chmodSync', 'utimesSync', 'copyFileSync', 'truncateSync'])
  watch(fs, name, 'write');
watch(fs, 'writeSync', 'write', fd => fd === 1 || fd === 2);
for (const name of ['openSync', 'readFileSync', 'readdirSync', 'createReadStream']) watch(fs, name, 'read');
for (const name of ['open', 'readFile', 'readdir', 'writeFile', 'mkdir'])
  watch(fs.promises, name, name === 'writeFile' || name === 'mkdir' ? 'write' : 'read');
syncBuiltinESMExports();
