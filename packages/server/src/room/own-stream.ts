/** The room's name on the wire of a user's own stream. */
export const ownStream = "$user";

/** No room of a contract begins with `$`, and so none can collide with a user's stream, whatever the user is called. */
const prefix = `${ownStream}/`;

/** Names the stream of a user, for the broker. */
export function ownStreamOf(user: string): string {
  // Not by "+": what that makes keeps both halves beside the whole, for as long as the user is here.
  return [ownStream, user].join("/");
}

/** Whether a name is that of a user's own stream. */
export function isOwnStream(name: string): boolean {
  return name.startsWith(prefix);
}
