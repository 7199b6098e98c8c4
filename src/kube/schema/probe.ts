import {
  between,
  inAnyCase,
  integer,
  integerOrText,
  list,
  object,
  text,
  texts,
  unsupported,
} from "./field.ts";

const httpHeader = object({ name: text, value: text }, "name", "value");

export const httpGet = object(
  {
    path: text,
    port: integerOrText,
    host: text,
    scheme: inAnyCase("HTTP", "HTTPS"),
    httpHeaders: list(httpHeader),
  },
  "port",
);

const exec = object({ command: texts }, "command");
const tcpSocket = object({ port: integerOrText, host: text }, "port");

export const probe = object({
  exec,
  httpGet,
  tcpSocket,
  grpc: object({ port: between(1, 65_535), service: text }, "port"),
  initialDelaySeconds: between(0),
  periodSeconds: between(0),
  timeoutSeconds: between(0),
  successThreshold: between(0),
  failureThreshold: between(0),
  terminationGracePeriodSeconds: between(1),
});

const handler = object({
  exec,
  httpGet,
  tcpSocket: unsupported("is no handler any more (Kubernetes has none of it either)"),
  sleep: object({ seconds: integer }, "seconds"),
});

export const lifecycle = object({ postStart: handler, preStop: handler, stopSignal: text });
