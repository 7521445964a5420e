/** The element of the page with this id. */
export function element<K extends keyof HTMLElementTagNameMap = "div">(
  id: string,
  _tag?: K,
): HTMLElementTagNameMap[K] {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as HTMLElementTagNameMap[K];
}

/** A new element. Text stays text: what others write is never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  content: string | readonly Node[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (typeof content === "string") made.textContent = content;
  else made.append(...content);
  return made;
}
