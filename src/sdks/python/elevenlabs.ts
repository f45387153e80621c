// The elevenlabs package of Python: speech, and what was said.
import { type CallShape, defineSdk, NOTHING, TRANSIENT } from '../../core/index.ts';

const SPEECH = ['text_to_speech', 'speech_to_speech'].flatMap(area =>
  ['convert', 'stream', 'convert_with_timestamps'].map(verb => `${area}.${verb}`),
);

export const sdk = defineSdk({
  id: 'elevenlabs',
  title: 'ElevenLabs (Python)',
  layer: 'sdk',
  provider: 'elevenlabs',
  language: 'python',
  code: {
    packages: ['py:elevenlabs'],
    produces: [{ role: 'client', by: 'new', exports: ['ElevenLabs', 'AsyncElevenLabs', 'client.ElevenLabs', 'client.AsyncElevenLabs'] }],
    calls: [
      ...[
        ...SPEECH,
        'text_to_speech.convert_as_stream',
        'speech_to_text.convert',
        'text_to_sound_effects.convert',
        'text_to_dialogue.convert',
        'music.compose',
        'generate',
      ].map(
        (member): CallShape => ({
          on: 'client',
          member,
          kind: 'audio',
          streaming: /stream/.test(member) ? 'yes' : 'no',
          positional: ['voice_id'],
        }),
      ),
      // Before version 1 a function of the package.
      { member: 'generate', kind: 'audio', streaming: 'no', positional: ['text'] },
    ],
  },
  retries: {
    options: [{ at: 'request.request_options.max_retries' }],
    defaults: [
      { range: '<2.59', count: 0, on: NOTHING, backoff: 'exponential', retryAfter: 'yes' },
      { count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [
      { at: 'request.request_options.timeout_in_seconds', unit: 's' },
      { at: 'client.timeout', unit: 's' },
    ],
    defaults: [{ range: '<2.1', ms: 60_000 }, { ms: 240_000 }],
  },
  outputCap: { options: [] },
  model: ['body.model_id', 'body.model'],
  source: 'elevenlabs 1.0.0, 2.0.0, 2.5.0, 2.20.0, 2.58.0 and 2.59.0 read: core/http_client.py, base_client.py, text_to_speech/client.py',
});
