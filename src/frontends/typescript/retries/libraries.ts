// Retry packages of npm: what they do when nothing is set. Data only; a new library is one more entry.

export interface RetryLibrary {
  readonly package: string;
  /** The exported functions that retry; default: all of them. */
  readonly functions?: readonly string[];
  /** Attempts in all, the first included, when nothing is set. */
  readonly attempts: number;
  /** The option that changes it, and what it counts. */
  readonly option: string;
  readonly counts: 'retries' | 'attempts';
  readonly backoff: 'exponential' | 'fixed' | 'none';
  /** Position of the options among the arguments. */
  readonly optionsAt: number;
  /** Options that decide which errors are tried again. */
  readonly filters: readonly string[];
}

/** Read in the packages: p-retry 7.1.1, async-retry 1.3.3, promise-retry 7.0.0, exponential-backoff 3.1.3, ts-retry 6.0.0. */
export const RETRY_LIBRARIES: readonly RetryLibrary[] = [
  {
    package: 'p-retry',
    attempts: 11,
    option: 'retries',
    counts: 'retries',
    backoff: 'exponential',
    optionsAt: 1,
    filters: ['shouldRetry', 'onFailedAttempt', 'shouldConsumeRetry'],
  },
  { package: 'async-retry', attempts: 11, option: 'retries', counts: 'retries', backoff: 'exponential', optionsAt: 1, filters: [] },
  { package: 'promise-retry', attempts: 11, option: 'retries', counts: 'retries', backoff: 'exponential', optionsAt: 1, filters: [] },
  {
    package: 'exponential-backoff',
    attempts: 10,
    option: 'numOfAttempts',
    counts: 'attempts',
    backoff: 'exponential',
    optionsAt: 1,
    filters: ['retry'],
  },
  { package: 'ts-retry', attempts: 10, option: 'maxTry', counts: 'attempts', backoff: 'fixed', optionsAt: 1, filters: ['until'] },
  { package: 'ts-retry-promise', attempts: 11, option: 'retries', counts: 'retries', backoff: 'fixed', optionsAt: 1, filters: ['retryIf'] },
  {
    package: 'async',
    functions: ['retry', 'default.retry'],
    attempts: 5,
    option: 'times',
    counts: 'attempts',
    backoff: 'none',
    optionsAt: 0,
    filters: ['errorFilter'],
  },
];
