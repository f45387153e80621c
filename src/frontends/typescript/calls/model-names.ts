// The ids of the models that a call may select, and which texts may be shown as one.
import type { Setting } from '../../../core/index.ts';

/** What was read of the models of a call. */
export interface Named {
  readonly setting: Setting<string>;
  readonly names: readonly string[];
  /** `names` is the whole list. */
  readonly complete: boolean;
}

const KEY = /^(?:sk-|pk-|AIza|gsk_|hf_|xai-|r8_|ghp_|eyJ)|^[A-Za-z0-9+/_=-]{40,}$/;

/** A text that can be shown as a model id; anything that may be a key cannot. */
export function isModelName(text: string): boolean {
  return /^[\w.:/@+ -]{1,120}$/.test(text) && !KEY.test(text);
}
