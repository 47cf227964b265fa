/** A message's rendered HTML as nodes of ours, one element a line. */

import { direction, el, parsedUrl } from "/page/text.js";

const INLINE = new Set("B STRONG I EM U INS S STRIKE DEL CODE A SPAN".split(" "));
const DROPPED = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT SVG MATH".split(" "));
const SCHEMES = new Set(["http:", "https:", "tel:", "mailto:", "tg:"]);

/**
 * Return the elements that show a message's HTML; its commands become buttons.
 *
 * Each line has its own direction, as on a phone: by its first strong letter, left to right
 * without one (rule P3 of Unicode Standard Annex 9, and Android's FIRSTSTRONG_LTR).
 *
 * The server promises safe HTML; copying only known tags, and of attributes only a link's
 * address, means that a mistake there still cannot put a script or a form into the page.
 */
export function paragraphs(html, onCommand) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const into = document.createElement("div");
  new Lines(into, [], onCommand).write(parsed.body);
  return [...into.children];
}

class Lines {
  /** *path* makes the inline elements that are open around what is written. */
  constructor(block, path, onCommand) {
    this.block = block;
    this.path = path;
    this.onCommand = onCommand;
    this.line = null;
    this.tip = null; // the innermost open element of the line
    this.afterBlock = false;
  }

  write(from) {
    this.inside(from);
    this.end();
  }

  inside(from) {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) this.text(node.data);
      else if (node.nodeType === Node.ELEMENT_NODE) this.element(node);
    }
  }

  text(words) {
    for (const [at, part] of words.split("\n").entries()) {
      if (at > 0) this.lineBreak();
      if (part !== "") this.add(part);
    }
  }

  element(node) {
    const tag = node.tagName.toUpperCase();
    if (DROPPED.has(tag)) return;
    if (tag === "BLOCKQUOTE") this.quotation(node);
    else if (tag === "PRE") this.put(el("pre", { dir: "ltr" }, node.textContent));
    else if (tag === "BR") this.lineBreak();
    else if (INLINE.has(tag)) this.inline(node);
    else this.inside(node);
  }

  inline(node) {
    const make = () => twin(node, this.onCommand);
    if (this.line === null) this.begin();
    this.path.push(make);
    this.open(make);
    this.inside(node);
    this.path.pop();
    if (this.line !== null) this.tip = this.tip.parentNode;
  }

  quotation(node) {
    const quote = el("blockquote", { class: node.classList.contains("expandable") ? "long" : null });
    new Lines(quote, [...this.path], this.onCommand).write(node);
    quote.dir = direction(node.textContent);
    this.put(quote);
  }

  put(block) {
    this.end();
    this.block.append(block);
    this.afterBlock = true;
  }

  add(words) {
    if (this.line === null) this.begin();
    this.tip.append(words);
  }

  lineBreak() {
    if (this.afterBlock) {
      this.afterBlock = false; // it only ends the quotation
      return;
    }
    if (this.line === null) this.begin();
    this.begin();
  }

  begin() {
    if (this.line !== null) this.close();
    this.afterBlock = false;
    this.line = this.tip = el("div", { class: "paragraph" });
    this.path.forEach((make) => this.open(make));
  }

  open(make) {
    const made = make();
    this.tip.append(made);
    this.tip = made;
  }

  /** Finish the line; one without words, before a quotation or at the end, is left out. */
  end() {
    if (this.line?.textContent) this.close();
    this.line = this.tip = null;
  }

  close() {
    const found = direction(this.line.textContent);
    this.line.dir = found === "auto" ? "ltr" : found;
    this.block.append(this.line);
  }
}

function twin(node, onCommand) {
  if (node.classList.contains("bot-command")) {
    const words = node.textContent;
    return el("button", { type: "button", class: "command", onclick: () => onCommand(words) });
  }
  const made = document.createElement(node.tagName);
  if (node.tagName === "A") aim(made, node.getAttribute("href"));
  if (node.classList.contains("tg-spoiler")) hide(made);
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
