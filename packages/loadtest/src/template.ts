/** What `{{…}}` in a text stands for. */
export interface Placeholders {
  readonly key?: string | undefined;
  readonly user: number;
  readonly n?: number | undefined;
}

const placeholder = /\{\{(\w+)\}\}/g;
const known: readonly string[] = ["key", "user", "n"];

/** Puts the values in. A placeholder without a value stays as it is. */
export function fill(template: string, values: Placeholders): string {
  return template.replace(placeholder, (whole, name: string) =>
    String(Object.hasOwn(values, name) ? (values[name as keyof Placeholders] ?? whole) : whole),
  );
}

/** The first placeholder of a text that means nothing, as it stands there. */
export function unknownPlaceholder(template: string): string | undefined {
  return [...template.matchAll(placeholder)].find(([, name = ""]) => !known.includes(name))?.[0];
}
