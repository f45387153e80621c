// The answer, the gate and the three questions: what a reader sees first, and what decides the exit code.
import { QUESTION_OF, QUESTIONS, type QuestionId } from './checklist.ts';
import type { ModelCall } from './fact.ts';
import type { Answer, Gate, Policy, ReportItem, ReportQuestion } from './report.ts';

const serious = (item: ReportItem): boolean => item.severity !== 'medium';
const settled = (item: ReportItem): boolean => item.status === 'pass' || item.status === 'not-applicable' || item.waived;

/**
 * READY when every blocker and high item passed, does not apply or is waived; NOT READY when one of them fails or is partial;
 * NOT PROVEN when none fails and some are unknown. Without a model call nothing can be ready.
 * @param counts model calls in production code, model calls in tests, evals, scripts and examples, and items left out on request
 */
export function answerOf(
  items: readonly ReportItem[],
  counts: { production: number; others: number; leftOut: number },
): { answer: Answer; summary: string } {
  const { production, others, leftOut } = counts;
  if (production === 0) {
    const elsewhere =
      others === 0 ? 'No model call was found' : `Model calls were found only in tests, evals, scripts or examples (${others})`;
    return { answer: 'not-proven', summary: `${elsewhere}, so nothing was audited.` };
  }
  if (leftOut > 0) {
    const { answer, summary } = answerOf(items, { ...counts, leftOut: 0 });
    return { answer: answer === 'ready' ? 'not-proven' : answer, summary: `${summary} ${leftOut} items were left out on request.` };
  }
  const open = items.filter(item => serious(item) && !settled(item));
  const broken = open.filter(item => item.status === 'fail' || item.status === 'partial');
  const calls = `${production} model call${production === 1 ? '' : 's'}`;
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
    return { answer: 'not-proven', summary: `No blocker or high item failed, but ${open.length} are unproven (${calls} audited).` };
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

/** The three questions, each answered in one sentence from the items of its modules, with the numbers that we have. */
export function questionsOf(items: readonly ReportItem[], production: readonly ModelCall[]): ReportQuestion[] {
  return QUESTIONS.map(({ id, title, reassuring }) => {
    if (production.length === 0) return { id, title, answer: 'unknown', text: 'Unknown: no model call was found.' };
    const own = items.filter(item => QUESTION_OF[item.module] === id && serious(item));
    const broken = own.filter(item => !item.waived && (item.status === 'fail' || item.status === 'partial'));
    const open = own.filter(item => item.status === 'unknown');
    const opposite = reassuring === 'yes' ? 'no' : 'yes';
    const answer = broken.length > 0 ? opposite : open.length > 0 ? 'unknown' : reassuring;
    return { id, title, answer, text: sentence(id, answer, broken, open, production) };
  });
}

function sentence(
  id: QuestionId,
  answer: ReportQuestion['answer'],
  broken: readonly ReportItem[],
  open: readonly ReportItem[],
  calls: readonly ModelCall[],
): string {
  const numbers = NUMBERS[id](calls);
  const word = answer === 'unknown' ? 'Unknown' : answer === 'yes' ? 'Yes' : 'No';
  const blockers = broken.filter(item => item.severity === 'blocker').length;
  const parts = [
    broken.length > 0
      ? `${broken.length} of its items do not hold${blockers > 0 ? ` (${blockers} blocker${blockers === 1 ? '' : 's'})` : ''}`
      : '',
    open.length > 0 ? `${open.length} are unproven` : '',
  ].filter(Boolean);
  const items = parts.length === 0 ? 'every item holds' : parts.join(' and ');
  return `${word}: ${numbers === '' ? '' : `${numbers}; `}${items}.`;
}

/** The figures that the facts give for each question, or an empty string. */
const NUMBERS: Readonly<Record<QuestionId, (calls: readonly ModelCall[]) => string>> = {
  breaks: calls => {
    const bare = calls.filter(call => call.retries.effective === false).length;
    const patient = calls.filter(call => call.timeout.explicit === false).length;
    return `${share(bare, calls.length)} never retried, ${share(patient, calls.length)} without a deadline of their own`;
  },
  leaks: () => '',
  cost: calls => {
    const priced = calls.filter(call => call.purpose === 'chat' || call.purpose === 'agent-run');
    const uncapped = priced.filter(call => call.outputCap.set === false).length;
    const endless = calls.filter(call => call.loop.status === 'unbounded').length;
    return `${share(uncapped, priced.length)} without an output cap, ${endless === 0 ? 'no' : String(endless)} call${endless === 1 ? '' : 's'} in a loop without end`;
  },
};

const share = (part: number, whole: number): string => `${part} of ${whole} model call${whole === 1 ? '' : 's'}`;
