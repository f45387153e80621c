// Arithmetic that several files of the core need.

/** All numbers together; 0 of none. */
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);
