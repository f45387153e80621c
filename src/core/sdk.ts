// What a model SDK looks like: pure data, shared by every frontend and by the stand-in provider.
// A descriptor says how values arise (a client, a model, an agent), which calls on them spend money,
// where their options are written, what holds when nothing is written, and in which versions.
import type { CallKind, RetriedFailures, Tri } from './fact.ts';

/** How a value of this SDK comes into being. `role` is a name chosen by the descriptor: client, model, agent, chain, ... */
export interface Producer {
  readonly role: string;
  /** `new`: constructed; `call`: returned by a function; `value`: the export itself. With `on`, a member of an existing value. */
  readonly by: 'new' | 'call' | 'value';
  /** Names exported by the packages: `default`, `Anthropic`, or a pattern such as `Chat*`. A dotted name is a static member. */
  readonly exports?: readonly string[];
  /** Role of the value whose member makes the new one; `*` for any value of the packages. */
  readonly on?: string;
  /** The member chains on `on`, for example `withOptions` or `beta.chat`; an empty string is the value itself, called. */
  readonly members?: readonly string[];
  /** Roles of a value that the new one carries inside: among the arguments, one level into objects and arrays, or the receiver
   *  (`prompt.pipe(model)`, `createAgent({ model })`). `client.` options that the new value lacks are looked up there. */
  readonly carries?: readonly string[];
  /** Without such a value inside, nothing was made: `prompt.pipe(parser)` calls no model. */
  readonly mustCarry?: boolean;
  /** The value keeps the construction options of its receiver (`model.bindTools(...)`) instead of having its own. */
  readonly keeps?: boolean;
  /** Where the options are: a position, default 0, or the keyword arguments, the default for Python. */
  readonly options?: number | 'keywords';
  /** Names of keyword arguments that may be given by position as well, in order: `Agent('openai:gpt-5')` has its `model` there. */
  readonly positional?: readonly string[];
  /** Only when the first argument is one of these texts: `boto3.client('bedrock-runtime')`. */
  readonly firstArgument?: readonly string[];
  /** Packages that export it, when not all of the descriptor's packages do. */
  readonly packages?: readonly string[];
}

/** Where an argument of a call is: its position, what the value there was constructed with, or among the keyword arguments. */
export type Place = number | `new ${number}` | 'keywords';

export interface CallShape {
  /** Role of the receiver; absent: a function exported by the packages. */
  readonly on?: string;
  /** Member chain on the receiver (`messages.create`), or the exported name (`generateText`). */
  readonly member: string;
  readonly kind: CallKind;
  /** `option`: as the boolean option named in `streamOption` says. */
  readonly streaming: 'yes' | 'no' | 'option';
  /** Path of the option that turns streaming on; default `body.stream`. */
  readonly streamOption?: string;
  /** Names for the arguments; default `{ body: 0, request: 1 }`, in Python `{ body: 'keywords', request: 'keywords' }`. `client` is always what the receiver was constructed with. */
  readonly places?: Readonly<Record<string, Place>>;
  /** Names of keyword arguments that may be given by position as well, in order: `graph.invoke(input, config)`. */
  readonly positional?: readonly string[];
  /** Does the call run the SDK's own loop? Then the descriptor's `loop` holds. */
  readonly loops?: boolean;
  /** Versions (semver range) that have this call. */
  readonly range?: string;
  /** Only when the first argument was constructed by one of these exports: `client.send(new ConverseCommand(...))`. */
  readonly command?: readonly string[];
  /** Packages that export it, when not all of the descriptor's packages do. */
  readonly packages?: readonly string[];
  /** The work happens when the returned value is read, so a surrounding try/catch sees nothing. */
  readonly lazy?: boolean;
}

/**
 * One way to write an option. The path starts with a place: `client.maxRetries`, `request.timeout`, `body.config.maxOutputTokens`, or
 * `module.num_retries` for what is assigned to the imported module itself, or `module.set_default_openai_client().timeout` for what a
 * function of it is given.
 */
export interface OptionShape {
  readonly at: string;
  readonly range?: string;
  /** Unit of a duration; default ms. */
  readonly unit?: 'ms' | 's';
  /** Does the number count retries (default) or attempts, or is it an amount of money that ends a loop? */
  readonly counts?: 'retries' | 'attempts' | 'usd';
  /** The number that holds when the option is an object without it: `retryOptions: {}` means five attempts. */
  readonly otherwise?: number;
  /** Only when the model comes from one of these providers or packages: plugins of one framework read the same name differently. */
  readonly providers?: readonly string[];
  /** The time is over when the answer begins: a stream that stops in the middle is not ended by it. */
  readonly untilBegun?: boolean;
  /** Not where this option holds an object, which brings settings of its own. */
  readonly unless?: string;
}

/** A way to write an option that the SDK silently ignores in the versions of `range`. */
export interface DeadShape {
  readonly at: string;
  readonly range?: string;
  readonly why: string;
}

export interface RetryDefault {
  readonly range?: string;
  /** Retries after the first attempt. */
  readonly count: number | null;
  readonly on: RetriedFailures;
  readonly backoff: 'exponential' | 'fixed' | 'none' | 'unknown';
  readonly retryAfter: Tri;
  readonly caveat?: string;
  /** Only when the model comes from this provider or package: plugins of one framework differ. */
  readonly provider?: string;
  /** Only for receivers of this role. */
  readonly role?: string;
  /** What is tried again once an option asks for retries, where the default is to try nothing again; otherwise every transient failure. */
  readonly whenSet?: RetriedFailures;
}

export interface LoopDefault {
  readonly range?: string;
  /** Only for receivers of this role. */
  readonly on?: string;
  /** `single`: one step unless an option says otherwise; `bounded`: ends at `bound`; `soft`: ends too late to protect money; `none`: never ends. */
  readonly kind: 'single' | 'bounded' | 'soft' | 'none';
  readonly bound?: number;
}

export interface Sdk {
  /** Shown in the report as `calls[].sdk`. */
  readonly id: string;
  readonly title: string;
  readonly layer: 'sdk' | 'framework';
  /** The provider when the model does not tell; `any` for frameworks; `local` for local model servers. */
  readonly provider: string;
  /** The language of the code that uses it; absent: JavaScript and TypeScript. */
  readonly language?: 'python';
  /** How code reaches it. */
  readonly code: {
    /**
     * Package names; `*` matches within a name: `@langchain/*`. Subpaths are included. In Python the name that is imported, with
     * `py:` in front: `py:openai`, `py:langchain_*`, `py:google.genai`.
     */
    readonly packages: readonly string[];
    /** The package whose version decides the defaults; default: the package that was imported. */
    readonly version?: string;
    /** Packages whose version may stand in when that one cannot be found: they move together. */
    readonly versionElse?: readonly string[];
    readonly produces: readonly Producer[];
    readonly calls: readonly CallShape[];
  };
  readonly retries: {
    readonly options: readonly OptionShape[];
    readonly dead?: readonly DeadShape[];
    readonly defaults: readonly RetryDefault[];
    /** Members that wrap a value in retries of their own: `withRetry({ stopAfterAttempt: 3 })`. `attempts` holds without the option. */
    readonly wrappers?: readonly { readonly member: string; readonly option: string; readonly attempts: number }[];
  };
  readonly timeout: {
    readonly options: readonly OptionShape[];
    readonly dead?: readonly DeadShape[];
    readonly defaults: readonly { readonly range?: string; readonly ms: number | null }[];
  };
  readonly outputCap: { readonly options: readonly OptionShape[]; readonly dead?: readonly DeadShape[] };
  readonly loop?: {
    readonly options: readonly OptionShape[];
    readonly dead?: readonly DeadShape[];
    readonly defaults: readonly LoopDefault[];
    /** Functions whose first argument is a bound: `stepCountIs(5)`. */
    readonly boundedBy?: readonly string[];
    /** Functions that never stop the loop: `isLoopFinished()`. */
    readonly unboundedBy?: readonly string[];
    /** The loop runs only when this option holds an item with other members than the passive ones. */
    readonly onlyWith?: { readonly at: string; readonly passive: readonly string[] };
    /** Options whose function may end the loop in its own way, which reading cannot tell. */
    readonly mayEnd?: readonly string[];
  };
  /** Paths of the option that names the model; default `['body.model', 'client.model', 'client.modelName']`. */
  readonly model?: readonly string[];
  /** Where these facts were read or measured: package versions. */
  readonly source: string;
}

/** Every transient failure is retried, client errors are not. */
export const TRANSIENT: RetriedFailures = {
  rateLimit: 'yes',
  serverError: 'yes',
  overload: 'yes',
  connection: 'yes',
  timeout: 'yes',
  clientError: 'no',
};
/** Nothing is retried. */
export const NOTHING: RetriedFailures = {
  rateLimit: 'no',
  serverError: 'no',
  overload: 'no',
  connection: 'no',
  timeout: 'no',
  clientError: 'no',
};

/** Nothing is known of any failure. */
export const UNDECIDED: RetriedFailures = {
  rateLimit: 'unknown',
  serverError: 'unknown',
  overload: 'unknown',
  connection: 'unknown',
  timeout: 'unknown',
  clientError: 'unknown',
};

/** Declares an SDK. */
export function defineSdk(sdk: Sdk): Sdk {
  return sdk;
}
