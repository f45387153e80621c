#!/usr/bin/env node
import { commandLine } from '../dist/src/cli/packed.js';

const { failedToPrint, main } = await commandLine();
const code = await main(process.argv.slice(2));
process.exitCode = failedToPrint() ? 2 : code;
process.on('exit', () => {
  if (failedToPrint()) process.exitCode = 2;
});
