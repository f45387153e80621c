// Plays a script: one step for each model request, the last one repeats; and turns a step into an answer.
import type { Script, Step, Tokens, ToolArguments } from '../core/index.ts';
import { type Answer, type Call, DEFAULT_TOKENS, type Finish, piecesOf } from './answer.ts';
import { argumentsFor, mistypedFor, valueFor } from './arguments.ts';
import type { Asked } from './dialects/index.ts';
import { isRecord, jsonText, mapStrings, parseJson } from './json.ts';
import { answeringTool, pickTool } from './tools.ts';

/** What the placeholders of a script stand for. */
export interface Words {
  readonly nonce: string;
  readonly system: string;
  readonly key: string;
}

/** `text` with its placeholders filled, once: what is put in is not looked through again. */
export const fill = (text: string, words: Words): string =>
  text.replace(/\{\{(nonce|system|key)\}\}/g, (_, name: keyof Words) => words[name]);

/** A step of the script with its number: its place in `steps`; steps of `otherModels` are numbered after those. */
export interface Played {
  readonly step: Step;
  readonly number: number;
}

/** Which step is next. Numbers of identity go on through all scripts, so that no call of a tool is named twice. */
export class Player {
  #script: Script = { steps: [] };
  #nonce = '';
  #next = 0;
  #nextOther = 0;
  /** Of the first request of the trial. */
  #model: string | undefined;
  #serial = 0;
  #turn = 0;

  constructor(script: Script, nonce: string) {
    this.play(script, nonce);
  }

  get nonce(): string {
    return this.#nonce;
  }

  /** From now on another script, from its first step. @param nonce default: as before */
  play(script: Script, nonce?: string): void {
    this.#script = script;
    this.#nonce = nonce ?? this.#nonce;
    this.#next = 0;
    this.#nextOther = 0;
    this.#turn = 0;
  }

  /** The step for a request of this model, or undefined when the script has none. */
  next(model: string): Played | undefined {
    this.#model ??= model;
    const { steps, otherModels } = this.#script;
    const other = otherModels !== undefined && model !== this.#model;
    const from = other ? otherModels : steps;
    const at = Math.min(other ? this.#nextOther++ : this.#next++, from.length - 1);
    const step = from[at];
    return step === undefined ? undefined : { step, number: other ? steps.length + at : at };
  }

  /** A new name for a message or a call. It holds nothing random: the nonce of the trial must not get to the agent by it. */
  id(): string {
    return `agentready${String(++this.#serial).padStart(14, '0')}`;
  }

  /** The answer of a step that gives one; undefined for steps that break off before there is any. */
  answer(step: Step, asked: Asked, words: Words): Answer | undefined {
    switch (step.kind) {
      case 'text':
        return this.#said(step.text, asked, words, step);
      case 'cut':
      case 'stream-error':
        return this.#said(step.text, asked, words, { atLeast: step.events + 1 });
      case 'tools': {
        const calls = step.asks.flatMap(ask => {
          const tool = pickTool(ask.pick, asked.request.tools);
          if (tool === undefined) return [];
          return Array.from({ length: ask.times ?? 1 }, () => this.#call(tool.name, this.#arguments(ask.args, tool.schema, words)));
        });
        // Nothing to ask for: the model can only speak.
        if (calls.length === 0) return this.#said(step.text ?? '{{nonce}}', asked, words, step);
        const text = fill(step.text ?? '', words);
        return this.#made(asked, text, piecesOf(text), calls, 'tools', step.tokens);
      }
      default:
        return undefined;
    }
  }

  #made(
    asked: Asked,
    text: string,
    pieces: readonly string[],
    calls: readonly Call[],
    finish: Finish,
    tokens: Tokens = DEFAULT_TOKENS,
  ): Answer {
    return { id: this.id(), model: asked.request.model || 'stand-in', text, pieces, calls, finish, tokens };
  }

  /** An answer in words; in the shape that the agent forces, where it forces one. */
  #said(
    template: string,
    asked: Asked,
    words: Words,
    more: { readonly stop?: Finish; readonly tokens?: Tokens; readonly pieces?: readonly string[]; readonly atLeast?: number },
  ): Answer {
    const text = fill(template, words);
    const finish = more.stop ?? 'end';
    const made = (said: string, pieces: readonly string[], calls: readonly Call[] = [], why: Finish = finish): Answer =>
      this.#made(asked, said, pieces, calls, why, more.tokens);
    // A model that refuses or says nothing does so in every format.
    const shaped = text !== '' && finish !== 'refusal';
    if (shaped && asked.forced !== undefined) {
      const { tools } = asked.request;
      const tool = asked.forced === true ? answeringTool(tools) : pickTool({ kind: 'named', name: asked.forced }, tools);
      if (tool !== undefined) {
        const value = asObject(text) ?? argumentsFor(tool.schema, { text, turn: 0, polite: true });
        return made('', [], [this.#call(tool.name, { text: jsonText(value), value })], finish === 'length' ? 'length' : 'tools');
      }
    }
    if (shaped && asked.format !== undefined && asObject(text) === undefined) {
      const json = jsonText(formatted(asked.format, text));
      return made(json, piecesOf(json, more.atLeast));
    }
    return made(text, more.pieces?.map(piece => fill(piece, words)) ?? piecesOf(text, more.atLeast));
  }

  #call(name: string, made: Pick<Call, 'text' | 'value'>): Call {
    return { id: this.id(), name, ...made };
  }

  #arguments(args: ToolArguments, schema: unknown, words: Words): Pick<Call, 'text' | 'value'> {
    if (args.kind === 'broken') return { text: BROKEN, value: BROKEN };
    const value = this.#value(args, schema, words);
    return { text: jsonText(value), value };
  }

  #value(args: Exclude<ToolArguments, { kind: 'broken' }>, schema: unknown, words: Words): unknown {
    switch (args.kind) {
      case 'valid':
        return argumentsFor(schema, { turn: 0, ...(args.text === undefined ? {} : { text: fill(args.text, words) }) });
      case 'changing':
        return argumentsFor(schema, { turn: this.#turn++ });
      case 'mistyped':
        return mistypedFor(schema);
      default:
        return mapStrings(args.value, text => fill(text, words));
    }
  }
}

/** Arguments as a model leaves them when its output is cut: no JSON. */
const BROKEN = '{"broken": "this text ends in the middle';

const asObject = (text: string): unknown => {
  if (!text.trimStart().startsWith('{')) return undefined;
  const value = parseJson(text)?.value;
  return isRecord(value) ? value : undefined;
};

/** A JSON value of the schema that says the text; an object that says just that, where any object will do. */
function formatted(schema: unknown, text: string): unknown {
  if (isRecord(schema) && Object.keys(schema).length === 0) return { text };
  return valueFor(schema, { text, turn: 0, polite: true });
}
