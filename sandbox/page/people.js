/** The list of people: who is open, who has unread messages; with a filter when there are many. */

import { el, languageName } from "/page/text.js";

const FEW = 12; // up to so many no filter is needed
const SHOWN = 60; // a sandbox may hold thousands; nobody reads so long a list

export class People {
  /** *isOpen(id)* and *choose(id)* come from the page. */
  constructor({ isOpen, choose }) {
    this.isOpen = isOpen;
    this.choose = choose;
    this.all = new Map();
    this.unread = new Map();
    this.list = document.getElementById("people");
    this.filter = document.getElementById("filter");
    this.more = document.getElementById("more");
    this.filter.addEventListener("input", () => this.show());
  }

  set(people) {
    this.all = new Map(people.map((person) => [String(person.id), { ...person, id: String(person.id) }]));
    this.show();
  }

  count(id) {
    this.unread.set(id, (this.unread.get(id) ?? 0) + 1);
    this.show();
  }

  seen(id) {
    if (this.unread.delete(id)) this.show();
  }

  get unreadInAll() {
    return [...this.unread.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Show the list as it is now; many calls before the next picture become one. */
  show() {
    this.due ??= requestAnimationFrame(() => {
      this.due = undefined;
      this.showNow();
    });
  }

  showNow() {
    const wanted = this.filter.value.trim().toLowerCase();
    const found = [...this.all.values()].filter(
      ({ id, first_name: name }) => name.toLowerCase().includes(wanted) || id === wanted,
    );
    // those that matter stay in sight: a stable sort keeps the order otherwise
    if (found.length > SHOWN) found.sort((one, other) => this.rank(one) - this.rank(other));
    const focused = document.activeElement?.closest("#people [data-person]")?.dataset.person;
    this.list.replaceChildren(...found.slice(0, SHOWN).map((person) => this.line(person)));
    if (focused) this.list.querySelector(`[data-person="${focused}"]`)?.focus();
    this.filter.hidden = this.all.size <= FEW;
    this.more.hidden = found.length <= SHOWN;
    this.more.textContent = `${found.length - SHOWN} more. Write a name to find them.`;
  }

  rank({ id }) {
    if (this.isOpen(id)) return 0;
    return this.unread.has(id) ? 1 : 2;
  }

  line(person) {
    const { id, first_name: name, language_code: tag } = person;
    const unread = this.unread.get(id) ?? 0;
    const state = person.place ?? (person.deactivated
      ? "deleted account"
      : person.blocked
        ? "has blocked the bot"
        : languageName(tag));
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: "person",
          "data-person": id,
          "aria-pressed": String(this.isOpen(id)),
          onclick: () => this.choose(id),
        },
        el("span", { class: "face", "aria-hidden": "true", "data-tone": parseInt(id, 10) % 6 }, [...name][0] ?? "?"),
        el("span", { class: "who" }, el("strong", { dir: "auto" }, name), el("span", { class: "small" }, state)),
        unread ? el("span", { class: "count" }, String(unread), el("span", { class: "unseen" }, " unread")) : null,
      ),
    );
  }
}
