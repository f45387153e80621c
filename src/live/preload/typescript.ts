// Lets Node run the TypeScript of an agent that brings no loader of its own: types are taken away file by file, as tsx does.
// Given to the agent's process by --import; the hooks run in a thread of Node's own.
import { register } from 'node:module';

register(new URL('./typescript-hooks.js', import.meta.url));
