/** Which messages are ticked. */

/** The ticked ones that are still there: others may have moved or discarded some. */
export function stillThere(ticked: readonly string[], present: readonly string[]): string[] {
  return present.filter((id) => ticked.includes(id));
}

export function toggle(ticked: readonly string[], id: string): string[] {
  return ticked.includes(id) ? ticked.filter((each) => each !== id) : [...ticked, id];
}

/** All of them; none when all were ticked already. */
export function toggleAll(ticked: readonly string[], present: readonly string[]): string[] {
  return stillThere(ticked, present).length === present.length ? [] : [...present];
}
