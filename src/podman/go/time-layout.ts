import { type Moment, nanosecondDigits, offsetText, wallClock } from "./moment.ts";

/** The names that Go's String methods print. */
export const MONTHS =
  "January February March April May June July August September October November December".split(" ");
export const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/**
 * What a layout's element stands for, longer ones first: Go takes the first that fits.
 * `Jan` is no element where small letters follow, as in `January`'s siblings (`Janet`).
 */
const ELEMENT = new RegExp(
  [
    "January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST",
    "002|01|02|03|04|05|06|2006|15|__2|_2(?!006)",
    "Z07:00:00|Z070000|Z07:00|Z0700|Z07|-07:00:00|-070000|-07:00|-0700|-07",
    "PM|pm|[.,]0+(?!\\d)|[.,]9+(?!\\d)|1|2|3|4|5",
  ].join("|"),
  "g",
);

/**
 * A moment as Go's time.Format writes it.
 * @param layout written with the reference time, `Mon Jan 2 15:04:05 MST 2006`
 * @see https://pkg.go.dev/time#pkg-constants
 */
export function formatLayout(moment: Moment, layout: string): string {
  const wall = wallClock(moment);
  return layout.replace(ELEMENT, (element) =>
    String(FORMATS[element]?.(wall, moment) ?? special(element, moment)),
  );
}

type Format = (wall: Date, moment: Moment) => string | number;

const FORMATS: Readonly<Record<string, Format>> = {
  "2006": (wall) => digits(wall.getUTCFullYear(), 4),
  "06": (wall) => digits(wall.getUTCFullYear() % 100),
  January: (wall) => monthOf(wall),
  Jan: (wall) => monthOf(wall).slice(0, 3),
  "01": (wall) => digits(wall.getUTCMonth() + 1),
  "1": (wall) => wall.getUTCMonth() + 1,
  Monday: (wall) => dayOf(wall),
  Mon: (wall) => dayOf(wall).slice(0, 3),
  "02": (wall) => digits(wall.getUTCDate()),
  _2: (wall) => String(wall.getUTCDate()).padStart(2, " "),
  "2": (wall) => wall.getUTCDate(),
  "002": (wall) => digits(dayOfYear(wall), 3),
  __2: (wall) => String(dayOfYear(wall)).padStart(3, " "),
  "15": (wall) => digits(wall.getUTCHours()),
  "03": (wall) => digits(hourOfHalfDay(wall)),
  "3": (wall) => hourOfHalfDay(wall),
  "04": (wall) => digits(wall.getUTCMinutes()),
  "4": (wall) => wall.getUTCMinutes(),
  "05": (wall) => digits(wall.getUTCSeconds()),
  "5": (wall) => wall.getUTCSeconds(),
  PM: (wall) => (wall.getUTCHours() < 12 ? "AM" : "PM"),
  pm: (wall) => (wall.getUTCHours() < 12 ? "am" : "pm"),
  MST: (_wall, moment) => moment.zone || offsetText(moment, "").replace(/00$/, ""),
};

/** Fractions of a second, and offsets. */
function special(element: string, moment: Moment): string {
  const first = element.charAt(0);
  if (first === "." || first === ",") return fraction(element, moment);
  if (first === "Z" && moment.offset === 0) return "Z";
  const form = element.slice(1);
  const seconds = form.endsWith("00") && form.length > 5 ? `${form.includes(":") ? ":" : ""}00` : "";
  const text = offsetText(moment, form.includes(":") ? ":" : "");
  return form === "07" ? text.slice(0, 3) : text + seconds;
}

/** `.000` keeps its zeros, `.999` drops them, and the point with the last one. */
function fraction(element: string, moment: Moment): string {
  const kept = nanosecondDigits(moment).slice(0, element.length - 1);
  if (element.charAt(1) === "0") return element.charAt(0) + kept;
  const trimmed = kept.replace(/0+$/, "");
  return trimmed === "" ? "" : element.charAt(0) + trimmed;
}

export function monthOf(wall: Date): string {
  return MONTHS[wall.getUTCMonth()] ?? "";
}

export function dayOf(wall: Date): string {
  return DAYS[wall.getUTCDay()] ?? "";
}

/** 1 to 366. */
export function dayOfYear(wall: Date): number {
  const newYear = Date.UTC(wall.getUTCFullYear(), 0, 1);
  return Math.floor((wall.getTime() - newYear) / 86_400_000) + 1;
}

function hourOfHalfDay(wall: Date): number {
  return wall.getUTCHours() % 12 || 12;
}

function digits(number: number, length = 2): string {
  return String(number).padStart(length, "0");
}
