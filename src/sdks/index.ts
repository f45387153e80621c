import type { Sdk } from '../core/index.ts';
import { sdk as c } from './ai-sdk.ts';
import { sdk as a } from './anthropic.ts';
import { sdk as d } from './langchain.ts';
import { sdk as b } from './openai.ts';
export const SDKS: readonly Sdk[] = [a, b, c, d];
