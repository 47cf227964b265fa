/** Words on the page: direction, links into the bot, times and sizes; and making elements. */

const RTL = new RegExp(
  "[" +
    ["Arabic", "Hebrew", "Syriac", "Thaana", "Nko", "Adlam", "Samaritan", "Mandaic", "Hanifi_Rohingya"]
      .map((script) => `\\p{Script=${script}}`)
      .join("") +
    "]",
  "u",
);
const LETTER = /\p{L}/u;
const ISOLATES = /[\u2066-\u2068]/;

/**
 * Return "rtl" or "ltr" from the first strong letter, or "auto" without one.
 *
 * Letters inside isolates do not count, as in rule P2 of Unicode Standard Annex 9. The browser's
 * own dir=auto does count them, so an Arabic line that begins with an isolated English name
 * would come out left to right.
 */
export function direction(text) {
  let depth = 0;
  for (const letter of text ?? "") {
    if (ISOLATES.test(letter)) depth += 1;
    else if (letter === "\u2069") depth = Math.max(0, depth - 1);
    else if (letter === "\u200f" && depth === 0) return "rtl";
    else if (letter === "\u200e" && depth === 0) return "ltr";
    else if (depth === 0 && LETTER.test(letter)) return RTL.test(letter) ? "rtl" : "ltr";
  }
  return "auto";
}

/** Make an element; children are nodes or plain text, never HTML. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Make an icon from the symbols of index.html. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Return the address with a scheme: Telegram lets a bot leave it out. */
export function fullAddress(address) {
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
}

/** Return the URL, or null for what is none. */
export function parsedUrl(address) {
  try {
    return new URL(address ?? "");
  } catch {
    return null;
  }
}

/** Return the payload ("" without one) if the address opens this bot, else null. */
export function startPayload(address, username) {
  const url = parsedUrl(address);
  if (url === null || !username) return null;
  const web = ["t.me", "telegram.me", "www.t.me"].includes(url.hostname.toLowerCase());
  const named =
    url.protocol === "tg:" ? url.searchParams.get("domain") : web ? url.pathname.slice(1) : "";
  if ((named ?? "").replace(/\/$/, "").toLowerCase() !== username.toLowerCase()) return null;
  return url.searchParams.get("start") ?? "";
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const LANGUAGE = new Intl.DisplayNames(["en-GB"], { type: "language", fallback: "code" });

/** Return the time of day of a moment in seconds since 1970. */
export const clock = (seconds) => TIME.format(new Date(seconds * 1000));

/** Return "Today", "Yesterday" or the date. */
export function day(seconds, now = new Date()) {
  const then = new Date(seconds * 1000);
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  return { 0: "Today", 1: "Yesterday" }[days] ?? DAY.format(then);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Return the English name of a language tag, or the tag. */
export function languageName(tag) {
  try {
    return LANGUAGE.of(tag);
  } catch {
    return tag ?? "";
  }
}

/** Return a file's size in words. */
export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
