// The answer, the gate and the three questions: what a reader sees first, and what decides the exit code.
import { type Check, moduleOf } from './check.ts';
import { QUESTION_OF, QUESTIONS, type QuestionId } from './checklist.ts';
import { costSentence } from './cost-words.ts';
import type { ModelCall } from './fact.ts';
import { type MeasuredCost, measuredSentence } from './measured-cost.ts';
import type { Answer, Gate, Policy, ReportCost, ReportItem, ReportQuestion } from './report.ts';

const serious = (item: ReportItem): boolean => item.severity !== 'medium';
const settled = (item: ReportItem): boolean => item.status === 'pass' || item.status === 'not-applicable' || item.waived;

/**
 * READY when every blocker and high item passed, does not apply or is waived; NOT READY when one of them fails or is partial;
 * NOT PROVEN when none fails and some are unknown. Without a model call nothing can be ready.
 * @param counts model calls in production code, model calls in tests, evals, scripts and examples, and items left out on request
 */
export function answerOf(
  items: readonly ReportItem[],
  counts: { production: number; others: number; leftOut: number; unreadLanguages?: readonly string[] },
): { answer: Answer; summary: string } {
  const { production, others, leftOut, unreadLanguages = [] } = counts;
  if (production === 0) {
    const elsewhere =
      others === 0 ? 'No model call was found' : `Model calls were found only in tests, evals, scripts or examples (${others})`;
    const unread = unreadLanguages.length === 0 ? '' : ` Code in ${unreadLanguages.join(', ')} is there, which this version does not read.`;
    return { answer: 'not-proven', summary: `${elsewhere}, so nothing was audited.${unread}` };
  }
  const { answer, summary } = answerOfItems(items, `${production} model call${production === 1 ? '' : 's'}`);
  const unseen = [
    unreadLanguages.length === 0 ? '' : ` Code in ${unreadLanguages.join(', ')} was not read.`,
    leftOut === 0 ? '' : ` ${plural(leftOut, 'item')} ${leftOut === 1 ? 'was' : 'were'} left out on request.`,
  ].join('');
  // What nobody has looked at cannot be ready.
  return { answer: answer === 'ready' && unseen !== '' ? 'not-proven' : answer, summary: `${summary}${unseen}` };
}

/** @param calls how many were audited, in words */
function answerOfItems(items: readonly ReportItem[], calls: string): { answer: Answer; summary: string } {
  const open = items.filter(item => serious(item) && !settled(item));
  const broken = open.filter(item => item.status === 'fail' || item.status === 'partial');
  if (broken.length > 0) {
    const failed = broken.filter(item => item.status === 'fail').length;
    const parts = [
      failed > 0 ? `${failed} failed` : '',
      broken.length - failed > 0 ? `${broken.length - failed} only partly met` : '',
      open.length - broken.length > 0 ? `${open.length - broken.length} unproven` : '',
    ];
    return { answer: 'not-ready', summary: `Of the blocker and high items, ${parts.filter(Boolean).join(', ')} (${calls} audited).` };
  }
  if (open.length > 0)
    return {
      answer: 'not-proven',
      summary: `No blocker or high item failed, but ${open.length} ${open.length === 1 ? 'is' : 'are'} unproven (${calls} audited).`,
    };
  return { answer: 'ready', summary: `Every blocker and high item holds (${calls} audited).` };
}

/**
 * Does the gate open? `pr`: it closes on unwaived blocker and high failures of at least medium confidence.
 * `launch`: it opens only on READY.
 */
export function gateOf(items: readonly ReportItem[], answer: Answer, policy: Policy): Gate {
  if (policy === 'launch') {
    return {
      policy,
      open: answer === 'ready',
      reasons: answer === 'ready' ? [] : [`the answer is ${answer}, and the launch policy opens only on ready`],
    };
  }
  const closing = items.filter(item => serious(item) && !item.waived && item.status === 'fail' && item.confidence !== 'low');
  return { policy, open: closing.length === 0, reasons: closing.map(item => `${item.id} failed (${item.severity})`) };
}

/** The exit code of an audit that could be made: 0 when the gate is open, 1 when it is closed. */
export function exitCodeOf(gate: Gate): 0 | 1 {
  return gate.open ? 0 : 1;
}

/**
 * The three questions, each answered in one sentence from the items of its modules, with the numbers that we have.
 * @param leftOut items that were left out on request: nobody knows about them
 * @param cost the worst case of one request
 * @param measured what one message was seen to cost
 */
export function questionsOf(
  items: readonly ReportItem[],
  production: readonly ModelCall[],
  leftOut: readonly Check[] = [],
  cost?: ReportCost,
  measured?: MeasuredCost,
): ReportQuestion[] {
  return QUESTIONS.map(({ id, title, reassuring }) => {
    if (production.length === 0) return { id, title, answer: 'unknown', text: 'Unknown: no model call was found.' };
    const own = items.filter(item => QUESTION_OF[item.module] === id && serious(item));
    const broken = own.filter(item => !item.waived && (item.status === 'fail' || item.status === 'partial'));
    const missing = leftOut.filter(check => QUESTION_OF[moduleOf(check.id)] === id && check.severity !== 'medium').length;
    const open = own.filter(item => item.status === 'unknown').length + missing;
    const opposite = reassuring === 'yes' ? 'no' : 'yes';
    const answer = broken.length > 0 ? opposite : open > 0 ? 'unknown' : reassuring;
    const word = answer === 'unknown' ? 'Unknown' : answer === 'yes' ? 'Yes' : 'No';
    const worst = id === 'cost' && cost !== undefined ? costSentence(cost) : '';
    const seen = id === 'cost' && measured !== undefined ? measuredSentence(measured) : '';
    const read = [worst, broken.length > 0 || open === 0 ? NUMBERS[id](production) : ''].filter(Boolean).join(', ');
    const figures = [seen, read].filter(Boolean).join('; ');
    return { id, title, answer, text: `${word}: ${[figures, standing(broken, open)].filter(Boolean).join('; ')}.` };
  });
}

/** How the items behind a question stand. */
function standing(broken: readonly ReportItem[], open: number): string {
  const blockers = broken.filter(item => item.severity === 'blocker').length;
  const parts: string[] = [];
  if (broken.length > 0) {
    const among =
      blockers === 0
        ? ''
        : blockers === broken.length
          ? blockers === 1
            ? ', a blocker'
            : ', all blockers'
          : `, ${plural(blockers, 'blocker')} among them`;
    parts.push(`${plural(broken.length, 'item')} behind this ${broken.length === 1 ? 'does' : 'do'} not hold${among}`);
  }
  if (open > 0) parts.push(`${parts.length === 0 ? plural(open, 'item') : String(open)} ${open === 1 ? 'is' : 'are'} unproven`);
  return parts.length === 0 ? 'every item behind this holds' : parts.join(', ');
}

/** The figures that the facts give for each question, or an empty string. */
const NUMBERS: Readonly<Record<QuestionId, (calls: readonly ModelCall[]) => string>> = {
  breaks: calls => {
    const bare = calls.filter(call => call.retries.effective === false).length;
    const patient = calls.filter(call => call.timeout.explicit === false).length;
    const hasty = bare === 0 ? '' : `${share(bare, calls.length)} gives up at the first failure`;
    const waiting =
      patient === 0
        ? ''
        : `${share(patient, calls.length)} ${patient === 1 ? 'has' : 'have'} no deadline of ${patient === 1 ? 'its' : 'their'} own`;
    return [bare === 1 ? hasty : hasty.replace('gives', 'give'), waiting].filter(Boolean).join(', ');
  },
  leaks: () => '',
  cost: calls => {
    const priced = calls.filter(call => call.purpose === 'chat' || call.purpose === 'agent-run');
    const uncapped = priced.filter(call => call.outputCap.set === false).length;
    const endless = calls.filter(call => call.loop.status === 'unbounded').length;
    const caps = uncapped === 0 ? '' : `${share(uncapped, priced.length)} ${uncapped === 1 ? 'has' : 'have'} no output cap`;
    const loops = endless === 0 ? '' : `${plural(endless, 'model call')} ${endless === 1 ? 'stands' : 'stand'} in a loop without end`;
    return [caps, loops].filter(Boolean).join(', ');
  },
};

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** "2 of 9 model calls", or "the only model call". */
function share(part: number, whole: number): string {
  if (whole === 1) return 'the only model call';
  return part === whole ? `all ${whole} model calls` : `${part} of ${whole} model calls`;
}
