// What a tool is.
import type { z } from 'zod';

export interface ToolContext {
  /** The user whose session this is: tools act for this user and nobody else. */
  readonly userId: string;
  /** Aborted when the time of the tool or of the request is over. */
  readonly signal: AbortSignal;
}

export interface Tool<Input extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly description: string;
  readonly input: Input;
  /** Must a colleague approve each call before it runs? */
  readonly needsApproval: boolean;
  run(input: z.infer<Input>, context: ToolContext): Promise<string>;
}

export const defineTool = <Input extends z.ZodType>(tool: Tool<Input>): Tool<Input> => tool;
