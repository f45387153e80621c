// Pages for people about operations: who is called, how to go back, how knowledge is kept fresh, how a release grows.
// A page can name these things; it cannot show that they are so. What was left to be filled in is listed.
import type { Page } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';

const NAMED =
  /on-?call|escalat|incident|runbook|playbook|roll-?back|operation|release|deploy|knowledge|canary|rollout|launch|\bsre\b|support|production|index/i;
/** Folders whose pages are patterns to copy, words for a model, or about something else. */
const ELSEWHERE =
  /(?:^|\/)(?:templates?|prompts?|examples?|samples?|fixtures?|tests?|evals?|data|articles|node_modules|vendor|\.github\/ISSUE_TEMPLATE)\//i;
const MOST_PAGES = 400;
const LONGEST = 200_000;

interface Section {
  readonly heading: string;
  readonly line: number;
  readonly lines: readonly string[];
}

export function pages(inventory: Inventory): Page[] {
  return inventory.files
    .filter(file => /\.(?:md|mdx|markdown)$/i.test(file) && NAMED.test(file) && !ELSEWHERE.test(file))
    .slice(0, MOST_PAGES)
    .flatMap(file => {
      const text = inventory.read(file);
      return text === undefined || text.length > LONGEST ? [] : ofPage(file, text);
    });
}

function ofPage(file: string, text: string): Page[] {
  const template = /^---\n[\s\S]{0,2000}?^status:\s*["']?template\b/m.test(text);
  const sections = sectionsOf(text);
  return TOPICS.flatMap(({ topic, heading, read }): Page[] => {
    const own = sections.filter(section => heading.test(section.heading)).slice(0, 6);
    const [first] = own;
    if (first === undefined) return [];
    const lines = own.flatMap(section => section.lines);
    const { says, lacks } = read(lines);
    const blanks = [...(template ? ['status: template'] : []), ...blanksIn(lines)];
    if (says.length === 0 && blanks.length === 0) return [];
    return [{ kind: 'page', location: { file, line: first.line }, role: 'production', topic, says, lacks, blanks }];
  });
}

/** A section with everything below its heading, up to the next heading of the same or a higher level. */
function sectionsOf(text: string): Section[] {
  const lines = text.split('\n');
  const heads: { level: number; heading: string; at: number }[] = [];
  let fenced = false;
  lines.forEach((line, at) => {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const head = fenced ? null : /^(#{1,5})\s+(.{1,200})$/.exec(line);
    if (head !== null && heads.length < 300) heads.push({ level: head[1]?.length ?? 1, heading: head[2] ?? '', at });
  });
  return heads.map(({ level, heading, at }, i) => {
    const next = heads.slice(i + 1).find(other => other.level <= level);
    return { heading, line: at + 1, lines: lines.slice(at + 1, Math.min(next?.at ?? lines.length, at + 400)) };
  });
}

interface Read {
  readonly says: string[];
  readonly lacks: string[];
}

const TOPICS: readonly { topic: Page['topic']; heading: RegExp; read: (lines: readonly string[]) => Read }[] = [
  {
    topic: 'on-call',
    heading: /\bon[- ]?call\b|(?<!privilege )\bescalation\b(?! of privilege)/i,
    read: lines =>
      sorted([
        [
          'a link to the rotation',
          lines.some(
            line =>
              /https?:\/\/\S+/.test(line) && /rotation|schedule|roster|rota\b|on-?call|pagerduty|opsgenie|incident\.io|rootly/i.test(line),
          ),
        ],
        ['two levels', levelsIn(lines) >= 2],
        ['times to answer', lines.some(line => /\b\d+\s?(?:min(?:ute)?s?|h(?:ours?)?|m)\b/i.test(line))],
      ]),
  },
  {
    topic: 'rollback',
    heading: /\broll(?:ing)?[- ]?back\b/i,
    read: lines =>
      sorted([
        [
          'the commands',
          lines.some(
            line =>
              /`[^`]*(?:undo|abort|rollback|revert|update-traffic|redeploy|promote|deploy|checkout)[^`]*`/i.test(line) ||
              /^\s{0,8}(?:\$ )?(?:kubectl|helm|vercel|gcloud|aws|fly|heroku|git revert|docker)\b/.test(line),
          ),
        ],
        [
          'an exercise with its date',
          lines.some(
            line =>
              /\b20\d\d-\d\d-\d\d\b/.test(line) &&
              /\b\d+(?:\.\d+)?\s?(?:min(?:ute)?s?|s(?:ec(?:onds)?)?|h(?:ours?)?)\b|https?:\/\//i.test(line),
          ),
        ],
      ]),
  },
  {
    topic: 'knowledge',
    heading: /knowledge[- ]?base|\bre-?index|\bingestion\b|content updates?/i,
    read: lines =>
      sorted([
        ['an owner', lines.some(line => /\bowners?\b\s*[:|]\s*\S+/i.test(line))],
        [
          'a rhythm',
          lines.some(line =>
            /\b(?:every|each)\s+(?:night|day|week|month|hour|monday|tuesday|wednesday|thursday|friday)|\b(?:daily|weekly|nightly|monthly|hourly)\b/i.test(
              line,
            ),
          ),
        ],
      ]),
  },
  {
    topic: 'canary',
    heading: /\bcanary\b|\brollout\b|\breleases?\b|staged|gradual/i,
    read: lines => {
      const shares = lines.flatMap(line => [...line.matchAll(/\b(\d{1,3})\s?%/g)].map(match => Number(match[1])));
      return sorted([
        ['shares of the traffic that begin at 5 % or less', shares[0] !== undefined && shares[0] <= 5 && shares.includes(100)],
        ['how long each share is held', lines.some(line => /\b(?:a|one|two|\d+)\s+(?:weeks?|days?)\b/i.test(line))],
      ]);
    },
  },
];

function sorted(all: readonly (readonly [string, boolean])[]): Read {
  return { says: all.filter(([, is]) => is).map(([what]) => what), lacks: all.filter(([, is]) => !is).map(([what]) => what) };
}

/** Levels of an escalation: rows or items that begin with a number, or with primary and secondary. */
function levelsIn(lines: readonly string[]): number {
  const found = new Set<string>();
  for (const line of lines) {
    const head =
      /^\s*(?:\|\s*|[-*]\s+|\d+[.)]\s+|#+\s+)?\**(?:(?:level|tier|l)\s*-?\s*(\d)|(\d)\b(?=\s*\|)|(primary|secondary|tertiary|first|second|third)\b)/i.exec(
        line,
      );
    const level = head?.[1] ?? head?.[2] ?? head?.[3]?.toLowerCase();
    if (level !== undefined) found.add(level);
  }
  return found.size;
}

const BLANK =
  /\b(?:TODO|TBD|FIXME|CHANGEME)\b|@your-|\byour[- ](?:team|company|name|org)\b|\bexample\.(?:com|org)\b|\b555-\d|<[a-z][a-z _-]{2,30}>|\[(?:name|phone|email|link|url|contact)[^\]]{0,20}\](?!\()/i;

function blanksIn(lines: readonly string[]): string[] {
  return lines
    .filter(
      line => BLANK.test(line) || /^\s*\|[^|]*(?:contact|on-?call|primary|secondary|escalation|level|owner)[^|]*\|\s*\|\s*$/i.test(line),
    )
    .slice(0, 5)
    .map(line => line.trim().replace(/\s+/g, ' ').slice(0, 80));
}
