// Progress on standard error: a spinner at a terminal, a line now and then elsewhere, nothing when the work is short.
import type { Ora } from 'ora';

export interface Progress {
  readonly say: (note: string) => void;
  readonly stop: () => void;
}

/** Work shorter than this is not worth a word, in milliseconds. */
const PATIENCE = 2000;

/** @param quiet say nothing at all */
export async function startProgress(quiet: boolean, env: NodeJS.ProcessEnv): Promise<Progress> {
  if (quiet) return { say: () => {}, stop: () => {} };
  // A terminal that does not know its width (0 columns: script, expect, some CI) would make the spinner count lines without end.
  const terminal = process.stderr.isTTY === true && (process.stderr.columns ?? 0) > 0 && env.TERM !== 'dumb' && !env.CI;
  if (!terminal) return lines();
  const { default: ora } = await import('ora');
  const spinner: Ora = ora({ stream: process.stderr, color: env.NO_COLOR ? (false as never) : 'cyan', discardStdin: false });
  let started = false;
  const timer = setTimeout(() => {
    started = true;
    spinner.start();
  }, 150);
  return {
    say: note => {
      spinner.text = note;
    },
    stop: () => {
      clearTimeout(timer);
      if (started) spinner.stop();
    },
  };
}

function lines(): Progress {
  let last = performance.now();
  return {
    say: note => {
      if (performance.now() - last < PATIENCE) return;
      last = performance.now();
      process.stderr.write(`${note} ...\n`);
    },
    stop: () => {},
  };
}
