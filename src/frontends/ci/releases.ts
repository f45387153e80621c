// Does a deployment wait for the tests? Within one file: by the order of steps and the graph of jobs.
import type { CiRun } from '../../core/index.ts';
import type { Job } from './jobs.ts';

export interface Deploying {
  readonly job: Job;
  /** Numbers of the steps that deploy or publish. */
  readonly deploys: readonly number[];
}

export class Releases {
  readonly #all: readonly Deploying[];

  constructor(all: readonly Deploying[]) {
    this.#all = all;
  }

  /** Do all jobs that deploy wait for a step of a job? */
  of(job: Job, step: number): CiRun['release'] {
    const deploying = this.#all.filter(one => one.deploys.length > 0);
    if (deploying.length === 0) return 'none';
    // What deploys by hand only, or on tags, has its own rules; it counts when it stands in the same file.
    const relevant = deploying.filter(one => one.job.file === job.file || one.job.on === 'change' || one.job.on === 'unknown');
    if (relevant.length === 0) return 'none';
    return relevant.every(one => (one.job === job ? one.deploys.every(at => at > step) : this.#needs(one.job, job))) ? 'waits' : 'free';
  }

  #needs(from: Job, target: Job): boolean {
    const seen = new Set<Job>();
    const queue = [from];
    for (let job = queue.pop(); job !== undefined; job = queue.pop()) {
      if (job === target) return true;
      if (seen.has(job)) continue;
      seen.add(job);
      const { file, needs } = job;
      for (const { job: other } of this.#all) if (other.file === file && needs.includes(other.id)) queue.push(other);
    }
    return false;
  }
}
