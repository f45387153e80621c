// `agent-ready doctor`: step by step why an agent is found, started and reached, or why not, and the next thing to try.
import { resolve } from 'node:path';
import { visible } from '../../templates/text.ts';
import { production, wayWords } from '../core/index.ts';
import type { Problem } from '../live/index.ts';
import { scan } from '../scan.ts';
import { startProgress } from './progress.ts';

export interface DoctorFlags {
  readonly config?: string;
  readonly agent?: string;
  readonly quiet?: boolean;
}

const NEXT: Readonly<Record<Problem['kind'], string>> = {
  copy: 'Leave large data out of the repository folder, or name a smaller root for the agent.',
  'not-started':
    'Check start in agent-ready.yml: an argv without a shell, run in the root of the agent. Install its packages and build it first.',
  exited:
    'Read its last lines above. Often a variable is missing (set it under env, dummy values are fine) or a database; give it a local one.',
  'never-ready':
    'Check that its port comes from {{port}} (env: {PORT: "{{port}}"}), and ready: a url that answers or a text in its output (log).',
  'control-failed': 'Check the path, the body and the headers under http: it refused one plain question. Its last lines say why.',
  'provider-not-called':
    'The request arrived and no model was called: check the body (is the message where the agent reads it?), and whether it caches answers.',
  'no-nonce':
    'The model answered and its answer did not reach the reply: check http.reply (a path such as $.reply), or whether the agent rewrites answers.',
  'not-heard': 'Check the body under http: {{message}} must stand where the agent reads the text of the user.',
  'out-of-time': 'It took too long; try again on a quieter machine, or give ready.within more time.',
  aborted: 'It was interrupted; run it again.',
  runner: 'This is a mistake of ours; please report it with the lines above.',
};

/** @returns 0 when the agent was reached, 2 when not */
export async function runDoctor(path: string, flags: DoctorFlags): Promise<number> {
  const say = (mark: string, text: string): void => void process.stdout.write(`${mark} ${visible(text)}\n`);
  const progress = await startProgress(flags.quiet === true, process.env);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const root = resolve(path);
    const read = await scan(path, progress.say);
    const calls = production(read.facts['model-call']);
    const first = calls[0];
    if (first === undefined)
      say('?', `No model call was found in ${read.repository.files} files, so nothing is known of the agent but what is configured.`);
    else say('+', `Model calls in the code: ${calls.length}, for example ${first.call} in ${first.location.file}:${first.location.line}.`);
    const { ignoredSettings } = await import('../config/index.ts');
    for (const { file, reason } of ignoredSettings(root, flags.config)) say('?', `${file}: ${reason}.`);
    const { configuredTarget, nameOf } = await import('../live-audit.ts');
    const { firstThatAnswers, heard, knock } = await import('../experiment.ts');
    const options = { root, progress: progress.say, signal: abort.signal };
    const configured = configuredTarget(root, flags);
    if (configured !== undefined) {
      say('+', `A target is configured: ${wayWords(configured.way, configured.root === '.' ? '' : ` in ${configured.root}`)}.`);
      const record = await knock({ ...options, spec: configured });
      progress.stop();
      if (abort.signal.aborted) return 130;
      const code = tell(record, say);
      if (code === 0 && !heard(record)) {
        say('x', 'Its model was not sent the message.');
        say('>', NEXT['not-heard']);
        return 2;
      }
      return code;
    }
    const { proposals } = await import('../propose.ts');
    const specs = proposals(root, read);
    say('?', `No target is configured; ${specs.length} that the repository suggests are tried.`);
    const found = await firstThatAnswers(specs, options);
    progress.stop();
    if (abort.signal.aborted) return 130;
    if (found.spec === undefined) {
      for (const sentence of found.tried.slice(0, 12)) say('x', sentence);
      say(
        '>',
        'Write a target into agent-ready.yml: how the agent is started (start), and where it takes messages (http, command or module).',
      );
      return 2;
    }
    const { printConfig } = await import('../config/print.ts');
    const code = tell(found.record, say);
    process.stdout.write(`\nPut this into agent-ready.yml:\n\n${printConfig(nameOf(read), found.spec)}`);
    return code;
  } finally {
    progress.stop();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

type KnockRecord = Awaited<ReturnType<typeof import('../experiment.ts')['knock']>>;

function tell({ problem, control, ways, isolation, unguarded, warnings }: KnockRecord, say: (mark: string, text: string) => void): number {
  if (problem !== undefined) {
    say('x', problem.sentence);
    for (const line of problem.lastLines.slice(-12)) say(' ', `| ${line.slice(0, 300)}`);
    say('>', NEXT[problem.kind]);
    return 2;
  }
  const ready = control.replies[0];
  const request = control.exchanges.find(exchange => exchange.request !== undefined)?.request;
  say('+', `It started and answered a plain question${ready === undefined ? '' : ` in ${Math.round(ready.endedAt - ready.at)} ms`}.`);
  for (const way of ways.filter(one => one.used > 0)) say('+', `Its model requests came by ${way.name} (${way.used}).`);
  if (request !== undefined)
    say(
      '+',
      `It asked for ${request.model} in the format ${request.dialect}${request.stream ? ', streamed' : ''}, with ${request.tools.length} tools.`,
    );
  say(
    isolation.kind === 'namespace' ? '+' : '?',
    isolation.kind === 'namespace'
      ? 'It ran without any network but loopback.'
      : `It was held back by preloads only: ${isolation.why ?? ''}.`,
  );
  for (const warning of warnings) say('?', warning);
  for (const line of unguarded.slice(0, 5)) say('?', `A process of it ran without our environment: ${line}`);
  say('>', 'agent-ready audit --live runs all experiments.');
  return 0;
}
