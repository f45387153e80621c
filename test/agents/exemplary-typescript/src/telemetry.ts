// Traces, sent over OTLP to OTEL_EXPORTER_OTLP_ENDPOINT. Loaded with --import, so that it is there before the model client.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();

/** Sends what has not been sent yet. */
export const flushTraces = (): Promise<void> => provider.shutdown();
