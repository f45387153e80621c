// In which language a file is written, where a rule or a reader has to know.

/** Is a file written in Python? A notebook's cells are. What is not is TypeScript or JavaScript. */
export function isPythonFile(file: string): boolean {
  return file.endsWith('.py') || file.endsWith('.ipynb');
}

/** The name of the language of a file, for the reader. */
export function languageOf(file: string): string {
  return isPythonFile(file) ? 'Python' : 'TypeScript or JavaScript';
}
