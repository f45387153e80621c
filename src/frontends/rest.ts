// Work that takes long must let the spinner turn and Ctrl-C through now and then.

/** Milliseconds of work between two rests. */
const WORK = 60;

/**
 * Made when the work begins.
 * @returns rests when it is time to, after it was told so; undefined: there is nothing to wait for, and waiting costs more than a small file
 */
export function restful(): (tell?: () => void) => Promise<void> | undefined {
  let rested = performance.now();
  return tell => {
    if (performance.now() - rested < WORK) return undefined;
    tell?.();
    return new Promise<void>(resume => setImmediate(resume)).then(() => {
      rested = performance.now();
    });
  };
}
