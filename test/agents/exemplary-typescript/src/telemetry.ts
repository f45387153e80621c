// Traces, sent over OTLP to OTEL_EXPORTER_OTLP_ENDPOINT. Loaded with --import, so that it is there before the model client.
import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();

/** Sends what has not been sent yet; a collector that is down does not keep the process alive. */
export const flushTraces = (): Promise<unknown> => Promise.race([provider.shutdown(), sleep(2000)]);
