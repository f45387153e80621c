// The words for secrets: what was found and where. The value itself is never a fact.
import type { CodeRole } from './fact.ts';
import type { Location } from './location.ts';

/** A credential that stands in a file of the repository. */
export interface Secret {
  readonly kind: 'secret';
  readonly location: Location;
  readonly role: CodeRole;
  /** Id of the rule that found it, for example `anthropic-api-key`. */
  readonly rule: string;
  /** In the reader's words, for example "an Anthropic API key". */
  readonly label: string;
  /** At most the first six and the last two characters of the value; the rest is masked. */
  readonly masked: string;
  /** `format`: the value itself has the form of a live key; `place`: where it stands makes it one. */
  readonly by: 'format' | 'place';
  /** `live`: works as it stands, as far as can be told; `default`: used when nothing else is set; `test-mode`: a key of a test account. */
  readonly use: 'live' | 'default' | 'test-mode';
  /** A comment in the file that asks scanners to look away; it is reported all the same. */
  readonly hushed?: boolean;
}

/** How a key gets into the code that needs it. */
export interface KeySource {
  readonly kind: 'key-source';
  readonly location: Location;
  readonly role: CodeRole;
  /** `browser`: the key is shipped to whoever opens the page; `none`: a placeholder, because no key is needed here. */
  readonly from: 'environment' | 'secret-manager' | 'user' | 'literal' | 'browser' | 'none' | 'unknown';
  /** In the reader's words, for example "OPENAI_API_KEY". Never a value. */
  readonly label: string;
  /**
   * The key is not used here: a line writes it to a log. `debug`: only when somebody switches it on; `perhaps`: its logger hides some fields;
   * `answered`: it stands in what a caller is answered.
   */
  readonly logged?: 'yes' | 'debug' | 'perhaps' | 'answered';
}

/** What was searched for secrets. One such fact is made for every audit; without it the silence about secrets says nothing. */
export interface SecretScan {
  readonly kind: 'secret-scan';
  /** The whole repository. */
  readonly location: Location;
  /** Text files that were searched. */
  readonly files: number;
  /** Text that was not searched, and why. A name that ends in `/` is a whole directory. `matters`: code, settings or documents, no data. */
  readonly skipped: readonly { readonly file: string; readonly reason: string; readonly matters: boolean }[];
}
