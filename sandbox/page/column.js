/** One person's chat with the bot. */

import { api } from "/page/api.js";
import { row } from "/page/bubble.js";
import { Composer } from "/page/composer.js";
import { day, direction, el, icon, languageName, startPayload } from "/page/text.js";

const NEAR_END = 60; // pixels from the end that still count as reading the newest
const TYPING_FOR = 6000; // Telegram shows a chat action for up to 5 s; one second for the way
const TOAST_FOR = 5000;
const PRESS_WAIT = 15; // seconds until an unanswered button stops turning

export class Column {
  /** *app* offers info, connected, changed(), close(column), seen(column) and reading(column). */
  constructor(person, app) {
    this.person = person;
    this.app = app;
    this.messages = [];
    this.rows = new Map(); // message id or day -> {seen, node}
    this.busy = new Set();
    this.later = 0; // bot messages below what is in view
    this.composer = new Composer(this);
    this.build();
    this.describe(person);
  }

  get username() {
    return this.app.info.bot.username;
  }

  build() {
    this.status = el("span", { class: "status" });
    this.heading = el("h2", { dir: "auto" });
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.blocker = el("button", { type: "button", onclick: () => this.toggleBlock() });
    this.menu = el(
      "details",
      { class: "menu" },
      el("summary", { "aria-label": "More" }, icon("more")),
      el(
        "div",
        { class: "sheet" },
        el("button", { type: "button", onclick: () => this.fromMenu(() => this.start()) }, "Send /start"),
        this.blocker,
      ),
    );
    this.log = el("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0", onscroll: () => this.scrolled() });
    this.notes = el("div", { class: "toasts", role: "status" });
    this.down = el("button", { type: "button", class: "down round", hidden: true, onclick: () => this.toEnd() }, icon("down"));
    this.element = el(
      "section",
      { class: "column", "data-person": this.person.id },
      el(
        "header",
        {},
        this.face,
        el("div", { class: "who" }, this.heading, this.status),
        this.menu,
        el("button", { type: "button", class: "round close", "aria-label": "Close this chat", onclick: () => this.app.close(this) }, icon("close")),
      ),
      el("div", { class: "wall" }, this.log, this.down, this.notes),
      this.composer.element,
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.follow()).observe(this.log);
  }

  key(event) {
    if (event.key !== "Escape" || !this.menu.open) return;
    this.menu.open = false;
    this.menu.querySelector("summary").focus();
  }

  /** Show who this is; *person* may have changed. */
  describe(person) {
    this.person = person;
    this.heading.textContent = person.first_name;
    this.element.setAttribute("aria-label", `Chat of ${person.first_name}`);
    this.log.setAttribute("aria-label", `Messages of ${person.first_name}`);
    this.face.textContent = [...person.first_name][0] ?? "?";
    this.face.dataset.tone = Math.abs(parseInt(person.id, 10)) % 6;
    this.blocker.textContent = person.blocked ? "Unblock the bot" : "Block the bot";
    this.showStatus();
    this.composer.update(this.messages, person);
  }

  showStatus() {
    const { language_code: tag, blocked, deactivated } = this.person;
    const bot = this.app.info.bot.first_name;
    const words = deactivated ? "deleted account" : blocked ? "has blocked the bot" : `with ${bot}`;
    this.status.classList.toggle("typing", Boolean(this.typing));
    if (this.typing) this.status.textContent = `${bot} is typing`;
    else if (this.person.place) this.status.textContent = this.person.place;
    else this.status.textContent = [tag ? languageName(tag) : null, words].filter(Boolean).join(" · ");
  }

  /** Fetch the chat and show what changed; calls that overlap are joined. */
  async refresh({ toEnd = false } = {}) {
    this.wantEnd ||= toEnd;
    this.again = true;
    this.fetching ??= this.fetchAll().finally(() => (this.fetching = null));
    await this.fetching;
  }

  async fetchAll() {
    while (this.again) {
      this.again = false;
      try {
        const { messages, commands } = await api.chat(this.person.id);
        this.offered = commands;
        this.show(messages);
      } catch (failure) {
        this.toast(failure.message);
      }
    }
  }

  show(messages) {
    const first = this.messages.length === 0;
    const known = new Set(this.messages.map((message) => message.message_id));
    const arrived = messages.filter((m) => m.from_bot && !known.has(m.message_id)).length;
    const following = first || this.wantEnd || this.atEnd();
    this.wantEnd = false;
    this.messages = messages;
    if (arrived > 0) this.stopTyping();
    this.fill();
    this.composer.update(messages, this.person);
    if (following) this.toEnd({ smooth: !first });
    else this.showLater(this.later + arrived);
    // what is there at first is not news
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
  }

  fill() {
    const wanted = [];
    let today = null;
    for (const message of this.messages) {
      const name = day(message.date);
      if (name !== today) wanted.push(this.dayRow(name));
      today = name;
      wanted.push(this.messageRow(message));
    }
    const kept = new Set(wanted);
    for (const [id, { node }] of this.rows) if (!kept.has(node)) this.rows.delete(id);
    for (const node of [...this.log.children]) if (!kept.has(node)) this.leave(node);
    wanted.forEach((node, at) => {
      if (this.log.children[at] !== node) this.log.insertBefore(node, this.log.children[at] ?? null);
    });
    this.restoreFocus();
  }

  /** Remember where the keyboard was, so that it does not fall out of a message that changes. */
  leave(node) {
    if (node.contains(document.activeElement)) this.lostFocus = node.dataset.messageId;
    node.remove();
  }

  restoreFocus() {
    if (this.lostFocus === undefined) return;
    const next = this.rows.get(Number(this.lostFocus))?.node.querySelector(".key:not([disabled])");
    (next ?? this.log).focus({ preventScroll: true });
    this.lostFocus = undefined;
  }

  dayRow(name) {
    const known = this.rows.get(`day ${name}`);
    if (known) return known.node;
    const node = el("div", { class: "day" }, el("span", {}, name));
    this.rows.set(`day ${name}`, { node });
    return node;
  }

  messageRow(message) {
    const id = message.message_id;
    const seen = JSON.stringify(message);
    const known = this.rows.get(id);
    if (known?.seen === seen) return known.node;
    const node = row(message, this);
    if (known) node.classList.add("changed");
    this.rows.set(id, { node, seen });
    return node;
  }

  // What a bubble may ask for.

  reply(message) {
    this.composer.reply(message);
  }

  /** Follow a link into the bot as /start; False for any other address. */
  open(address) {
    const payload = startPayload(address, this.username);
    if (payload === null) return false;
    this.app.follow(this.person.id, payload);
    return true;
  }

  /** Whether this person wrote it; in a group others write too. */
  owns(message) {
    if (!this.person.place) return !message.from_bot;
    return message.from?.id === parseInt(this.person.id, 10);
  }

  /** The forum topic of the newest message: there one goes on writing. */
  get topic() {
    return this.messages.findLast((message) => message.is_topic_message)?.message_thread_id;
  }

  /** Bring a message into view. */
  find(messageId) {
    const found = this.rows.get(messageId)?.node;
    if (!found) return;
    found.scrollIntoView({ block: "center", behavior: motion() });
    found.classList.remove("changed");
    requestAnimationFrame(() => found.classList.add("changed"));
  }

  isBusy(message, button) {
    return this.busy.has(busyKey(message, button));
  }

  async press(message, button) {
    if (button.copy_text) return this.copyText(button.copy_text.text);
    const sought = button.switch_inline_query ?? button.switch_inline_query_current_chat;
    if (sought !== undefined) return this.composer.type(`@${this.username} ${sought}`);
    const key = busyKey(message, button);
    if (this.busy.has(key)) return undefined;
    this.turn(message, button, true);
    try {
      const answer = await api.press(this.person.id, message.message_id, button.callback_data, PRESS_WAIT);
      if (!answer.answered) this.toast("The bot has not answered this button.");
      else if (!this.app.connected) this.answered(answer); // else it comes as an event
    } catch (failure) {
      this.toast(failure.message);
    }
    this.turn(message, button, false);
    return this.refresh();
  }

  turn(message, button, on) {
    const key = busyKey(message, button);
    if (on) this.busy.add(key);
    else this.busy.delete(key);
    const node = this.rows.get(message.message_id)?.node;
    const keys = message.reply_markup.inline_keyboard.flat();
    const shown = node?.querySelectorAll(".keyboard .key")[keys.indexOf(button)];
    if (shown?.textContent !== button.text) return; // edited meanwhile
    if (on) shown.setAttribute("aria-busy", "true");
    else shown.removeAttribute("aria-busy");
  }

  async copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.toast("Copied.");
    } catch {
      this.toast(`Could not copy: ${text}`);
    }
  }

  // What the foot may ask for; each returns false when it failed.

  send = (text, replyTo) => this.doing(() => api.text(this.person.id, text, replyTo, replyTo ? null : this.topic));
  locate = (place, replyTo) => this.doing(() => api.location(this.person.id, place, replyTo));
  photo = (file, caption) => this.doing(() => api.photo(this.person.id, file, caption));
  start = (payload) => this.doing(() => api.start(this.person.id, payload));
  unblock = () => this.doing(() => api.unblock(this.person.id));
  choose = (query, result) => this.doing(() => api.choose(this.person.id, query, result));

  /** Look for *text* through inline mode; null when that failed. */
  async ask(text, wait) {
    try {
      return await api.inline(this.person.id, text, wait);
    } catch (failure) {
      this.toast(failure.message);
      return null;
    }
  }

  async doing(act) {
    try {
      await act();
    } catch (failure) {
      this.toast(failure.message);
      return false;
    }
    await this.refresh({ toEnd: true });
    this.app.changed();
    return true;
  }

  fromMenu(act) {
    this.menu.open = false;
    return act();
  }

  toggleBlock() {
    const { id, blocked } = this.person;
    return this.fromMenu(() => this.doing(() => (blocked ? api.unblock(id) : api.block(id))));
  }

  /** The commands that the bot offers, and those that its messages name. */
  commands() {
    const offered = new Map((this.offered ?? this.app.info.commands ?? []).map((c) => [c.command, c.description]));
    for (const { text, entities } of this.messages) {
      for (const { type, offset, length } of entities ?? []) {
        const name = type === "bot_command" ? text.slice(offset + 1, offset + length) : null;
        if (name && !name.includes("@") && !offered.has(name)) offered.set(name, "");
      }
    }
    if (!offered.has("start")) offered.set("start", "Begin again");
    return [...offered].map(([command, description]) => ({ command, description }));
  }

  // Answers to buttons, typing.

  answered({ text, show_alert: alert, url }) {
    if (url) this.open(url);
    if (!text) return;
    if (alert) this.alert(text);
    else this.toast(text);
  }

  toast(text) {
    const note = el("p", { class: "toast", dir: direction(text) }, text);
    this.notes.append(note);
    setTimeout(() => note.remove(), TOAST_FOR);
  }

  alert(text) {
    const back = this.element.contains(document.activeElement) ? document.activeElement : null;
    const done = () => {
      box.remove();
      back?.isConnected ? back.focus() : this.log.focus();
    };
    const id = `alert-${this.person.id}-${Date.now()}`;
    const ok = el("button", { type: "button", class: "main", onclick: done }, "OK");
    const box = el(
      "div",
      { class: "alert", role: "alertdialog", "aria-modal": "false", "aria-describedby": id, "aria-label": this.app.info.bot.first_name },
      el("div", { class: "paper" }, el("p", { id, dir: direction(text) }, text), ok),
    );
    box.addEventListener("keydown", (event) => event.key === "Escape" && done());
    this.element.append(box);
    if (back) ok.focus();
  }

  type() {
    this.stopTyping();
    this.typing = setTimeout(() => this.stopTyping(), TYPING_FOR);
    this.showStatus();
  }

  stopTyping() {
    clearTimeout(this.typing);
    this.typing = null;
    this.showStatus();
  }

  // Scrolling.

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
  }

  toEnd({ smooth = false } = {}) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? motion() : "instant" });
    this.sticky = true;
    this.showLater(0);
  }

  follow() {
    if (this.sticky) this.log.scrollTo({ top: this.log.scrollHeight, behavior: "instant" });
  }

  scrolled() {
    this.sticky = this.atEnd();
    this.showLater(this.sticky ? 0 : this.later);
  }

  showLater(count) {
    this.later = count;
    this.down.hidden = this.atEnd();
    this.down.dataset.count = count || "";
    this.down.setAttribute("aria-label", count ? `To the newest message, ${count} unread` : "To the newest message");
    if (count === 0 && this.app.reading(this)) this.app.seen(this);
  }
}

const busyKey = (message, button) => `${message.message_id} ${button.callback_data}`;

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}
