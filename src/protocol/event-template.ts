/** Marks in an event's template that the monitor replaces: native/protocol.h, section 2, `event`. */
export const MARKS = {
  time: "@TIME@",
  exit: "@EXIT@",
  health: "@HEALTH@",
  streak: "@STREAK@",
  result: "@RESULT@",
  name: "@NAME@",
} as const;

/**
 * The template of an event for the monitor: the event as a JSON object, to which members are added whose
 * values the monitor knows. Every `@` of the event's own is doubled, so that a label "@TIME@" stays what it
 * is.
 * @param event one with at least one member
 * @param marked member → the JSON text of its value, with marks in it
 */
export function eventTemplate(event: object, marked: Readonly<Record<string, string>>): string {
  const own = JSON.stringify(event).replaceAll("@", "@@");
  const added = Object.entries(marked).map(([member, value]) => `,${JSON.stringify(member)}:${value}`);
  return `${own.slice(0, -1)}${added.join("")}}`;
}
