import {
  type Codec,
  type Envelope,
  type Hello,
  type JoinRequest,
  type JoinResult,
  jsonCodec,
  type WebSocketConstructor,
  type Welcome,
} from "@tautline/protocol";
import { envelopeOf, Inbox, messageOf } from "./inbox.js";
import { type ScriptedWebSocket, scriptedWebSockets } from "./scripted-web-socket.js";

/** What a server answers to one envelope: nothing, one envelope, or several. */
export type Answer = Envelope | readonly Envelope[] | undefined;

/** Gives the answer to an envelope, in place of the default one. */
export type Answerer = (envelope: Envelope, connection: ScriptedConnection) => Answer;

/** The server's end of one socket. */
export class ScriptedConnection {
  readonly socket: ScriptedWebSocket;
  /** Every envelope that came over it, in order. */
  readonly received: Envelope[] = [];

  readonly #codec: Codec;

  /** @internal */
  constructor(socket: ScriptedWebSocket, codec: Codec) {
    this.socket = socket;
    this.#codec = codec;
  }

  /** Sends envelopes, each in a message of its own. Throws for what no server would send. */
  send(...envelopes: Envelope[]): void {
    for (const envelope of envelopes) this.socket.receive(messageOf(envelope, this.#codec));
  }

  /** Sends anything: objects as JSON text. */
  sendRaw(data: unknown): void {
    this.socket.receive(data);
  }

  /** Closes with a close frame. */
  close(code = 1000, reason = ""): void {
    this.socket.end(code, reason);
  }

  /** Cuts the socket without goodbye: the client sees 1006. */
  cut(): void {
    this.socket.fail("cut");
  }

  /** The envelopes of one type that came over it. */
  of(type: string): Envelope[] {
    return this.received.filter((envelope) => envelope.type === type);
  }
}

/**
 * A server without a network that speaks the protocol as a full server would, keeps every envelope, and whose answer to any
 * type can be replaced. Nothing happens within a call of the client: answers come in the next microtask.
 */
export class ScriptedServer {
  /** One for each socket that was made, the oldest first. */
  readonly connections: ScriptedConnection[] = [];
  /** What `$welcome` says where no answer to `$hello` is given. */
  welcome: Partial<Welcome["data"]> = {};
  /** Whether sockets are accepted. False: they stay as they are until `socket.accept()` or `socket.fail()`. */
  accepts = true;
  readonly #sockets = scriptedWebSockets();
  readonly #answers = new Map<string, Answerer>();
  readonly #inbox: Inbox = new Inbox();

  readonly #codec: Codec;

  /** @param codec - what it speaks. */
  constructor(codec: Codec = jsonCodec) {
    this.#codec = codec;
    this.#sockets.onmade = (socket) => this.#take(socket);
  }

  /** Hand this to the client. */
  get WebSocket(): WebSocketConstructor {
    return this.#sockets.WebSocket;
  }

  /** The newest connection. Throws when there is none. */
  get last(): ScriptedConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error("no connection was made");
    return connection;
  }

  /** Replaces the answer to a type. Undefined: the default again. */
  on(type: string, answer: Answerer | undefined): void {
    if (answer) this.#answers.set(type, answer);
    else this.#answers.delete(type);
  }

  /** The next envelope of this type that was not given by an earlier call; what came before the call counts. */
  next(type: string): Promise<Envelope> {
    return this.#inbox.next((envelope) => envelope.type === type);
  }

  /** All envelopes of one type, over all connections. */
  of(type: string): Envelope[] {
    return this.#inbox.of(type);
  }

  #take(socket: ScriptedWebSocket): void {
    const connection = new ScriptedConnection(socket, this.#codec);
    this.connections.push(connection);
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      send(data);
      if (socket.readyState === 1)
        queueMicrotask(() => this.#receive(envelopeOf(data, this.#codec), connection));
    };
    queueMicrotask(() => {
      if (this.accepts) socket.accept();
    });
  }

  #receive(envelope: Envelope, connection: ScriptedConnection): void {
    connection.received.push(envelope);
    this.#inbox.add(envelope);
    const answerer = this.#answers.get(envelope.type);
    const answer = answerer ? answerer(envelope, connection) : this.#byDefault(envelope);
    connection.send(...([answer ?? []].flat() as Envelope[]));
  }

  #byDefault(envelope: Envelope): Answer {
    const { type, id, data } = envelope;
    if (type === "$hello") return this.#welcome(envelope as Hello);
    if (type === "$join") return { type: "$joined", id, data: joined(data as JoinRequest) };
    if (type === "ping") return { type: "pong" };
    return id === undefined ? undefined : { type: "$ack", id };
  }

  #welcome({ data: { attempt, rooms } }: Hello): Envelope {
    const data: Welcome["data"] = {
      connection: `connection-${attempt}`,
      user: "ada",
      member: "ada-1",
      resumed: false,
      heartbeatMs: 20_000,
      limits: { messageBytes: 65_536, rooms: 128, unanswered: 256 },
      rooms: rooms.map(joined),
      ...this.welcome,
    };
    return { type: "$welcome", data };
  }
}

/** As of a room whose history reaches back to every position that is asked for. */
function joined({ room, epoch = "epoch", offset }: JoinRequest): JoinResult {
  return { room, epoch, offset: offset ?? 0, head: offset ?? 0, recovered: offset !== undefined };
}
