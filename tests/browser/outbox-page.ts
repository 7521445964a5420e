import { createClient } from "@tautline/client";
import { persistentOutbox } from "@tautline/client/persistent-outbox";
import { defineContract, unchecked } from "@tautline/protocol";

/** What page and server of the test agree on. */
export const notes = defineContract({
  messages: { note: { data: unchecked<string>() } },
  rooms: { "book/:id": { messages: { note: { data: unchecked<string>() } } } },
});

/** What the test calls in the page. */
export interface NotesPage {
  send(text: string): void;
  sendToBook(text: string): void;
  pending(): unknown[];
  readonly errors: string[];
  readonly isConnected: boolean;
}

/**
 * Runs in the page: outbox-server.ts makes the entry that calls it.
 * @public
 */
export function startPage(scope: { location: { search: string }; page?: NotesPage }): void {
  const url = new URLSearchParams(scope.location.search).get("live") ?? "";
  const client = createClient(notes, {
    url,
    backoff: { minMs: 50, maxMs: 200 },
    outbox: { persistence: persistentOutbox({ name: "notes" }) },
  });
  const errors: string[] = [];
  client.on("error", ({ code }) => errors.push(code));
  const book = client.room("book/a");
  book.join({ timeoutMs: null }).catch(() => {});
  scope.page = {
    send: (text) => void client.send("note", text).catch(() => {}),
    sendToBook: (text) => void book.send("note", text).catch(() => {}),
    pending: () => client.pending.map(({ data }) => data),
    errors,
    get isConnected() {
      return client.state.kind === "connected";
    },
  };
}
