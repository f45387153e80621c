// What reading the code does not see yet. A gap that is closed must leave its list, so that it cannot open again unseen.
import type { Language, Overlooked } from '../mutant.ts';

export const OVERLOOKED: Readonly<Partial<Record<Language, Overlooked>>> = {
  typescript: {
    unrecognised: [
      // A way back that was tried, a rotation and an owner of the articles are written down; that they are so, a person has to sign.
      ...['OPS-02', 'OPS-03', 'OPS-04'],
      // Patterns against injection stand where they should; whether they are enough, only experiments tell.
      ...['SEC-02', 'SEC-03'],
    ],
    assured: {
      // The tool then fails at what it is given, and the failure is contained.
      'tool-arguments-unchecked': ['ERR-11'],
    },
  },
  python: {
    unrecognised: [
      // As above.
      ...['SEC-02', 'SEC-03'],
      // A person has to sign them, as above.
      ...['OPS-02', 'OPS-03', 'OPS-04'],
    ],
    assured: {
      // As above.
      'tool-arguments-unchecked': ['ERR-11'],
    },
  },
};
