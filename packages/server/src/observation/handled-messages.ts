import { channels } from "../diagnostics/channels.js";
import type { MessageDiagnostics, SettledDiagnostics } from "../diagnostics/published.js";

/** Follows the messages of one server. `T` is whatever its observer makes of a message's start and wants back at its end. */
export interface MessageObserver<T> {
  started(message: MessageDiagnostics): T;
  /** @param code - a code of the error catalogue; undefined: it succeeded */
  settled(start: T, message: MessageDiagnostics, code: string | undefined): void;
}

/** Observes the messages of the server with this name, from now on. @returns its end. */
export function observeMessages<T>(node: string, observer: MessageObserver<T>): () => void {
  const started = new WeakMap<MessageDiagnostics, { readonly start: T }>();
  const onStart = (detail: unknown): void => {
    const message = detail as MessageDiagnostics;
    if (message.node === node) started.set(message, { start: observer.started(message) });
  };
  const onSettled = (detail: unknown): void => {
    const { message, code } = detail as SettledDiagnostics;
    const found = started.get(message);
    if (found) observer.settled(found.start, message, code);
  };
  channels["tautline:message"].subscribe(onStart);
  channels["tautline:message:settled"].subscribe(onSettled);
  return () => {
    channels["tautline:message"].unsubscribe(onStart);
    channels["tautline:message:settled"].unsubscribe(onSettled);
  };
}

/** What a message is called in figures: as the contract names it, so that there are few of them. */
export function messageName({ pattern, type }: MessageDiagnostics): string {
  return pattern === undefined ? type : `${pattern} ${type}`;
}
