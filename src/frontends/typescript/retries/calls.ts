// Is a callee a function of a retry package?

import { type Foreign, foreignPath } from '../evaluator/values.ts';
import { RETRY_LIBRARIES, type RetryLibrary } from './libraries.ts';

/** The retry package behind a callee, or undefined when it is another function of that package or another package. */
export function libraryOf(callee: Foreign): RetryLibrary | undefined {
  const path = foreignPath(callee);
  return RETRY_LIBRARIES.find(lib => lib.package === callee.package && (lib.functions === undefined || lib.functions.includes(path)));
}
