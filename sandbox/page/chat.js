/** The sandbox's chat page: several made-up people who talk to one bot, side by side. */

import { api, listen } from "/page/api.js";
import { Column } from "/page/column.js";
import { askPerson } from "/page/dialogs.js";
import { el, languageName } from "/page/text.js";

const COLUMN_WIDTH = 330; // pixels; how many chats open by themselves
const FIRST_COLUMNS = 4;
const narrow = matchMedia("(max-width: 720px)");
const asked = new URLSearchParams(location.search);
const only = asked.get("only");

const app = {
  info: null,
  people: new Map(),
  columns: new Map(), // person id -> Column, in the order they were opened
  unread: new Map(),
  connected: false, // whether events come in
  active: null, // the one that a narrow screen shows

  close(column) {
    const id = column.person.id;
    app.columns.delete(id);
    column.element.remove();
    if (app.active === id) activate([...app.columns.keys()].at(-1) ?? null);
    remember();
    showPeople();
  },

  reading(column) {
    if (document.hidden) return false;
    return !narrow.matches || only !== null || app.active === column.person.id;
  },

  seen(column) {
    if (!app.unread.delete(column.person.id)) return;
    showPeople();
  },

  changed: () => refreshPeople(),
};

function open(id) {
  const person = app.people.get(id);
  if (!person) return null;
  const column = new Column(person, app);
  app.columns.set(id, column);
  document.getElementById("columns").append(column.element);
  column.refresh();
  return column;
}

function activate(id) {
  app.active = id;
  for (const [other, column] of app.columns) {
    column.element.classList.toggle("active", other === id);
  }
  const column = app.columns.get(id);
  if (column && app.reading(column)) column.toEnd();
}

/** A click on a person: wide screens open and close, narrow ones switch. */
function choose(id) {
  const column = app.columns.get(id);
  if (column && !narrow.matches) {
    app.close(column);
    return;
  }
  if (!column) open(id);
  app.unread.delete(id);
  activate(id);
  remember();
  showPeople();
  app.columns.get(id)?.element.scrollIntoView({ inline: "nearest", block: "nearest" });
}

/** Keep the open chats in the address, so that a reload shows them again. */
function remember() {
  if (only !== null) return;
  const address = new URL(location.href);
  address.searchParams.set("people", [...app.columns.keys()].join(","));
  history.replaceState(null, "", address.href.replaceAll("%2C", ","));
}

function showPeople() {
  const list = document.getElementById("people");
  const focused = document.activeElement?.closest("#people [data-person]")?.dataset.person;
  list.replaceChildren(...[...app.people.values()].map(personLine));
  if (focused) list.querySelector(`[data-person="${focused}"]`)?.focus();
  document.getElementById("nobody").hidden = app.columns.size > 0;
  const unread = [...app.unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = `${unread ? `(${unread}) ` : ""}${app.info.bot.first_name} sandbox`;
}

function personLine(person) {
  const { id, first_name: name, language_code: tag } = person;
  const shown = narrow.matches ? app.active === id : app.columns.has(id);
  const unread = app.unread.get(id) ?? 0;
  const state = person.deactivated ? "deleted account" : person.blocked ? "has blocked the bot" : languageName(tag);
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "person", "data-person": id, "aria-pressed": String(shown), onclick: () => choose(id) },
      el("span", { class: "face", "aria-hidden": "true", "data-tone": Math.abs(Number(id)) % 6 }, [...name][0] ?? "?"),
      el("span", { class: "who" }, el("strong", { dir: "auto" }, name), el("span", { class: "small" }, state ?? "")),
      unread ? el("span", { class: "count" }, String(unread), el("span", { class: "unseen" }, " unread")) : null,
    ),
  );
}

async function refreshPeople() {
  const people = await api.people();
  app.people = new Map(people.map((person) => [String(person.id), { ...person, id: String(person.id) }]));
  for (const [id, column] of app.columns) {
    const person = app.people.get(id);
    if (person) column.describe(person);
  }
  showPeople();
}

function heard(kind, event) {
  const id = String(event.person_id ?? "");
  const column = app.columns.get(id);
  if (event.chat_id !== undefined && String(event.chat_id) !== id) return; // a group: not shown here
  if (kind === "person") refreshPeople();
  else if (kind === "action") column?.type();
  else if (kind === "toast") column?.answered(event);
  else arrived(kind, id, column, event);
}

function arrived(kind, id, column, event) {
  const fromBot = (event.message ?? event).from_bot !== false;
  const reading = column && app.reading(column) && column.atEnd();
  if (kind === "message" && fromBot && !reading) {
    app.unread.set(id, (app.unread.get(id) ?? 0) + 1);
    showPeople();
  }
  column?.refresh();
}

async function addPerson() {
  const person = await askPerson();
  if (person === null) return;
  const made = await api.add(person);
  await refreshPeople();
  choose(String(made.id));
}

function firstOpen() {
  if (only !== null) return [only];
  const named = asked.get("people");
  if (named !== null) return named.split(",").filter((id) => app.people.has(id));
  const room = Math.floor((innerWidth - 230) / COLUMN_WIDTH);
  return [...app.people.keys()].slice(0, Math.max(1, Math.min(FIRST_COLUMNS, room)));
}

/** After a connection (also the first) fetch what may have happened without our hearing it. */
async function connected(on) {
  app.connected = on;
  document.getElementById("offline").hidden = on;
  if (!on) return;
  await refreshPeople();
  await Promise.all([...app.columns.values()].map((column) => column.refresh()));
  document.body.dataset.ready = "";
}

async function begin() {
  document.body.classList.toggle("only", only !== null);
  app.info = await api.info();
  document.getElementById("title").textContent = `${app.info.bot.first_name} sandbox`;
  await refreshPeople();
  const ids = firstOpen();
  await Promise.all(ids.map((id) => open(id)?.refresh()));
  activate(ids[0] ?? null);
  showPeople();
  listen(heard, connected);
  document.getElementById("add").addEventListener("click", addPerson);
  narrow.addEventListener("change", showPeople);
  document.addEventListener("visibilitychange", () => {
    for (const column of app.columns.values()) if (column.atEnd() && app.reading(column)) app.seen(column);
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

begin().catch((failure) => {
  const said = document.getElementById("offline");
  said.textContent = `The sandbox cannot be reached: ${failure.message}`;
  said.hidden = false;
});
