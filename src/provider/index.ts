// The stand-in for a model provider, as others may use it.

export { type Provider, type ProviderOptions, startProvider } from './server.ts';
export { HOST_HEADER } from './target.ts';
export { danger } from './tools.ts';
