/** Words on the page: direction, safe HTML, links into the bot, times and sizes. */

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

const KEPT = new Set("B STRONG I EM U INS S STRIKE DEL CODE PRE A BLOCKQUOTE SPAN BR P".split(" "));
const DROPPED = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT SVG MATH".split(" "));
const SCHEMES = new Set(["http:", "https:", "tel:", "mailto:", "tg:"]);

/**
 * Copy a message's rendered HTML into nodes of ours; its commands become buttons.
 *
 * The server promises safe HTML; copying only known tags, and of attributes only a link's
 * address, means that a mistake there still cannot put a script or a form into the page.
 */
export function fragment(html, onCommand) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const copied = document.createDocumentFragment();
  copy(parsed.body, copied, onCommand);
  return copied;
}

function copy(from, into, onCommand) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.append(node.data);
    else if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName.toUpperCase())) continue;
    else copy(node, kept(node, into, onCommand), onCommand);
  }
}

function kept(node, into, onCommand) {
  if (!KEPT.has(node.tagName)) return into;
  const made = node.classList.contains("bot-command")
    ? el("button", { type: "button", class: "command", onclick: () => onCommand(node.textContent) })
    : document.createElement(node.tagName);
  if (node.tagName === "A") aim(made, node.getAttribute("href"));
  if (node.classList.contains("tg-spoiler")) hide(made);
  if (node.classList.contains("expandable")) made.className = "long";
  into.append(made);
  return made;
}

function aim(link, address) {
  const url = parsedUrl(address);
  if (url === null || !SCHEMES.has(url.protocol)) return;
  link.href = url.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

function hide(span) {
  span.className = "spoiler";
  span.tabIndex = 0;
  span.setAttribute("role", "button");
  span.setAttribute("aria-label", "Hidden text. Press to show it.");
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter") return;
    event.stopPropagation();
    span.className = "spoiler shown";
    span.removeAttribute("role");
    span.removeAttribute("aria-label");
  };
  span.addEventListener("click", show);
  span.addEventListener("keydown", show);
}

/** Return the address with a scheme: Telegram lets a bot leave it out. */
export function fullAddress(address) {
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
}

function parsedUrl(address) {
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
