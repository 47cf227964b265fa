/** The foot of a chat: reply bar, command list, input, reply keyboard. */

import { askPlace } from "/page/dialogs.js";
import { Inline } from "/page/inline.js";
import { direction, el, icon } from "/page/text.js";
import { words } from "/page/bubble.js";

/**
 * One chat's input.
 *
 * *chat* offers person, username, commands() and the async send(text, replyTo),
 * locate(place, replyTo), photo(file, caption), start(), unblock(), choose(query, result); each returns false when it
 * failed; and the async ask(text, wait), which returns null then.
 */
export class Composer {
  constructor(chat) {
    this.chat = chat;
    this.replyTo = null;
    this.asked = null; // the force_reply message that has been taken up
    this.marked = 0; // the chosen line of the command list
    this.keysHidden = false;
    this.inline = new Inline(chat, () => this.showCommands());
    this.build();
  }

  build() {
    const name = this.chat.person.first_name;
    const listId = `commands-${this.chat.person.id}`;
    this.list = el("ul", { class: "commands", id: listId, role: "listbox", "aria-label": "To choose from", hidden: true });
    this.input = el("textarea", {
      rows: "1",
      dir: "auto",
      maxlength: "4096",
      placeholder: "Message",
      "aria-label": `Message from ${name}`,
      "aria-controls": listId,
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
    });
    this.bar = el("div", { class: "replying", hidden: true });
    this.pin = el(
      "button",
      { type: "button", class: "round", "aria-label": "Share a place", onclick: () => this.place() },
      icon("pin"),
    );
    this.file = el("input", {
      type: "file",
      accept: "image/jpeg,image/png",
      hidden: true,
      "aria-label": "Photo",
      onchange: () => this.photo(),
    });
    this.picture = el(
      "button",
      { type: "button", class: "round", "aria-label": "Send a photo", onclick: () => this.file.click() },
      icon("picture"),
    );
    this.keysToggle = el(
      "button",
      { type: "button", class: "round", "aria-label": "Show or hide the keyboard", hidden: true, onclick: () => this.toggleKeys() },
      icon("keys"),
    );
    this.sender = el(
      "button",
      { type: "button", class: "round send", "aria-label": "Send", disabled: true, onclick: () => this.submit() },
      icon("send"),
    );
    this.line = el("div", { class: "line" }, this.pin, this.picture, this.file, this.input, this.keysToggle, this.sender);
    this.big = el("button", { type: "button", class: "big", hidden: true });
    this.keys = el("div", { class: "replykeys", role: "group", "aria-label": "Keyboard from the bot", hidden: true });
    this.element = el("footer", { class: "composer" }, this.list, this.bar, this.line, this.big, this.keys);
  }

  /** Fit the foot to the chat as it is now. */
  update(messages, person) {
    const asked = lastMarkup(messages);
    this.showState(messages, person);
    this.showKeys(asked, messages);
    this.takeUpForceReply(asked, messages);
    const gone = this.replyTo && !messages.some((m) => m.message_id === this.replyTo.message_id);
    if (gone) this.reply(null);
  }

  showState(messages, person) {
    const [label, act] = person.deactivated
      ? ["This account is deleted", null]
      : person.blocked
        ? ["Unblock the bot", () => this.chat.unblock()]
        : messages.length === 0 && !person.place
          ? ["Start", () => this.chat.start()]
          : [null, null];
    this.big.hidden = label === null;
    this.line.hidden = label !== null;
    this.big.textContent = label ?? "";
    this.big.disabled = label !== null && act === null;
    this.big.onclick = act;
  }

  showKeys(asked, messages) {
    const rows = asked?.reply_markup.keyboard;
    const used = asked?.reply_markup.one_time_keyboard && answeredAfter(asked, messages);
    const some = Boolean(rows) && !used && !this.line.hidden;
    this.keysToggle.hidden = !some;
    this.keys.hidden = !some || this.keysHidden;
    this.input.placeholder = (!used && asked?.reply_markup.input_field_placeholder) || "Message";
    const shown = some ? JSON.stringify(rows) : "";
    if (this.keys.dataset.rows === shown) return; // keeps the focus where it is
    this.keys.dataset.rows = shown;
    this.keys.replaceChildren(...(some ? rows : []).map((row) => this.keyRow(row)));
  }

  keyRow(row) {
    const buttons = row.map((key) => {
      const { text, request_location: place, request_contact: contact } =
        typeof key === "string" ? { text: key } : key;
      const act = place ? () => this.place() : () => this.chat.send(text, null);
      const dir = direction(text);
      return el("button", { type: "button", class: "key", dir, disabled: Boolean(contact), onclick: act }, text, place ? icon("pin") : null);
    });
    return el("div", { class: "keys" }, ...buttons);
  }

  toggleKeys() {
    this.keysHidden = !this.keysHidden;
    this.keys.hidden = this.keysHidden;
  }

  takeUpForceReply(asked, messages) {
    if (!asked?.reply_markup.force_reply || this.asked === asked.message_id) return;
    if (answeredAfter(asked, messages)) return;
    this.asked = asked.message_id;
    this.reply(asked, { focus: this.element.parentElement?.contains(document.activeElement) });
  }

  /** Answer this message with what is written next; null answers none. */
  reply(message, { focus = true } = {}) {
    this.replyTo = message;
    this.bar.hidden = message === null;
    this.bar.replaceChildren();
    if (message === null) return;
    const text = words(message);
    this.bar.append(
      icon("reply"),
      el(
        "div",
        { class: "what" },
        el("strong", {}, message.from_bot ? "Replying to the bot" : "Replying to yourself"),
        el("span", { dir: direction(text) }, text.slice(0, 200)),
      ),
      el("button", { type: "button", class: "round", "aria-label": "Do not reply", onclick: () => this.cancelReply() }, icon("close")),
    );
    if (focus) this.input.focus();
  }

  cancelReply() {
    this.reply(null);
    this.input.focus();
  }

  typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
    this.sender.disabled = this.input.value.trim() === "";
    this.marked = 0;
    this.inline.typed(this.input.value);
    this.showCommands();
  }

  /** Put *text* into the input as if it had been typed. */
  type(text) {
    this.input.value = text;
    this.typed();
    this.input.focus();
  }

  /** Return the lines of the list over the input: commands, or what the bot found inline. */
  found() {
    const written = /^\/(\w*)$/.exec(this.input.value);
    if (written === null) return this.inline.lines();
    return this.chat
      .commands()
      .filter(({ command }) => command.startsWith(written[1].toLowerCase()))
      .map(({ command, description }) => ({
        name: `/${command}`,
        description: description ?? "",
        act: () => this.chat.send(`/${command}`, null),
      }));
  }

  showCommands() {
    const found = this.found();
    this.list.hidden = found.length === 0;
    this.list.replaceChildren(...found.map((line, at) => this.choiceLine(line, at)));
    if (found.length === 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.marked}`);
  }

  choiceLine(line, at) {
    const { name, description } = line;
    // pointerdown would take the focus out of the input before the click comes
    return el(
      "li",
      {
        id: `${this.list.id}-${at}`,
        class: line.tall ? "result" : null,
        role: "option",
        "aria-selected": String(at === this.marked),
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.take(line),
      },
      el("span", { class: "name", dir: direction(name) }, name),
      el("span", { class: "small", dir: direction(description) }, description),
    );
  }

  take({ act }) {
    if (act === null) return undefined;
    this.clear();
    return act();
  }

  key(event) {
    if (event.isComposing) return;
    const found = this.found();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      this.marked = (this.marked + step + found.length) % found.length;
      this.showCommands();
      document.getElementById(`${this.list.id}-${this.marked}`).scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (found.length > 0) this.take(found[this.marked]);
      else this.submit();
    } else if (event.key === "Escape") {
      if (found.length > 0) this.list.hidden = true;
      else if (this.replyTo !== null) this.reply(null);
    }
  }

  clear() {
    this.input.value = "";
    this.typed();
  }

  async submit() {
    const text = this.input.value.trim();
    if (text === "") return;
    const replyTo = this.replyTo;
    this.clear();
    this.reply(null);
    this.input.focus();
    if ((await this.chat.send(text, replyTo?.message_id)) !== false || this.input.value) return;
    this.input.value = text; // not sent: give the words back
    this.typed();
    this.reply(replyTo);
  }

  /** Send the chosen photo; what is written already goes with it. */
  async photo() {
    const [file] = this.file.files;
    if (file === undefined) return;
    const caption = this.input.value.trim();
    this.file.value = ""; // so that the same one can be chosen again
    if ((await this.chat.photo(file, caption)) !== false) this.clear();
  }

  async place() {
    const replyTo = this.replyTo;
    const place = await askPlace(this.chat.person.first_name);
    if (place === null) return;
    this.reply(null);
    await this.chat.locate(place, replyTo?.message_id);
  }
}

/** The newest message of the bot that says what the keyboard should be. */
function lastMarkup(messages) {
  return messages.findLast(
    ({ from_bot: bot, reply_markup: markup }) =>
      bot && markup && (markup.keyboard || markup.remove_keyboard || markup.force_reply),
  );
}

function answeredAfter(asked, messages) {
  return messages.some((m) => !m.from_bot && m.message_id > asked.message_id);
}
