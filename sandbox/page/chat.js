/** The sandbox's chat page: several made-up people who talk to one bot, side by side. */

import { api, listen } from "/page/api.js";
import { Column } from "/page/column.js";
import { askPerson } from "/page/dialogs.js";
import { People } from "/page/people.js";

const LIST_WIDTH = 230; // pixels
const COLUMN_WIDTH = 330;
const FIRST_COLUMNS = 4; // how many chats open by themselves, if there is room
const narrow = matchMedia("(max-width: 720px)");
const asked = new URLSearchParams(location.search);
const only = asked.get("only");
const columns = new Map(); // person id -> Column, in the order they were opened
let active = null; // the one that a narrow screen shows

const people = new People({
  isOpen: (id) => (narrow.matches ? active === id : columns.has(id)),
  choose,
});

/** What a column may ask of the page. */
const app = {
  info: null,
  connected: false, // whether events come in
  close,
  changed: () => refreshPeople(),
  follow,
  seen: (column) => {
    people.seen(column.person.id);
    entitle();
  },
  reading: (column) =>
    !document.hidden && (!narrow.matches || only !== null || active === column.person.id),
};

function open(id) {
  const person = people.all.get(id);
  if (!person) return null;
  const column = new Column(person, app);
  columns.set(id, column);
  document.getElementById("columns").append(column.element);
  column.refresh();
  return column;
}

function close(column) {
  const id = column.person.id;
  columns.delete(id);
  column.element.remove();
  if (active === id) activate([...columns.keys()].at(-1) ?? null);
  remember();
}

function activate(id) {
  active = id;
  for (const [other, column] of columns) column.element.classList.toggle("active", other === id);
  const column = columns.get(id);
  if (column && app.reading(column)) column.toEnd();
}

/** A click on a person: wide screens open and close, narrow ones switch. */
function choose(id) {
  const column = columns.get(id);
  if (column && !narrow.matches) {
    close(column);
    return;
  }
  if (!column) open(id);
  people.seen(id);
  activate(id);
  remember();
  columns.get(id)?.element.scrollIntoView({ inline: "nearest", block: "nearest" });
}

/** Keep the open chats in the address, so that a reload shows them again. */
function remember() {
  people.show();
  entitle();
  document.getElementById("nobody").hidden = columns.size > 0;
  if (only !== null) return;
  const address = new URL(location.href);
  address.searchParams.set("people", [...columns.keys()].join(","));
  history.replaceState(null, "", address.href.replaceAll("%2C", ","));
}

function entitle() {
  const unread = people.unreadInAll;
  document.title = `${unread ? `(${unread}) ` : ""}${app.info.bot.first_name} sandbox`;
}

let fetching = null;
let again = false;

/** Fetch the people; calls that come meanwhile are answered by one more fetch. */
async function refreshPeople() {
  again = true;
  fetching ??= fetchPeople().finally(() => (fetching = null));
  await fetching;
}

async function fetchPeople() {
  while (again) {
    again = false;
    const [found, groups] = await Promise.all([api.people(), api.groups()]);
    people.set([...found, ...inGroups(found, groups)]);
    for (const [id, column] of columns) {
      const person = people.all.get(id);
      if (person) column.describe(person);
    }
  }
}

/** Each member's view of each group or channel, as a line among the people. */
function inGroups(found, groups) {
  const known = new Map(found.map((person) => [person.id, person]));
  return groups.flatMap(({ id, title, type, members, administrators }) =>
    members
      .filter((member) => known.has(member))
      .map((member) => ({
        ...known.get(member),
        id: `${member}@${id}`,
        first_name: `${known.get(member).first_name} in ${title}`,
        place: `${type}, ${administrators.includes(member) ? "administrator" : "member"}`,
      })),
  );
}

/** The chat that an event is about; of an answer to a press, the one that waits for it. */
function aboutWhich({ person_id: person, chat_id: chat }) {
  const id = String(person ?? "");
  if (chat !== undefined) return String(chat) === id ? id : `${id}@${chat}`;
  const theirs = [...columns].filter(([key]) => key.split("@")[0] === id);
  const one = theirs.find(([, { busy }]) => busy.size > 0) ?? theirs.find(([key]) => key === id) ?? theirs[0];
  return one?.[0] ?? id;
}

/** Follow a link into the bot in the person's own chat, which opens beside. */
function follow(id, payload) {
  const own = id.split("@")[0];
  if (!columns.has(own)) choose(own);
  return columns.get(own)?.start(payload);
}

function heard(kind, event) {
  const id = aboutWhich(event);
  const column = columns.get(id);
  if (kind === "person") refreshPeople();
  else if (kind === "action") column?.type();
  else if (kind === "toast") column?.answered(event);
  else arrived(kind, id, column, event);
}

function arrived(kind, id, column, event) {
  const fromBot = event.message?.from_bot !== false;
  const reading = column && app.reading(column) && column.atEnd();
  if (kind === "message" && fromBot && !reading && people.all.has(id)) {
    people.count(id);
    entitle();
  }
  column?.refresh();
}

async function addPerson() {
  const person = await askPerson();
  if (person === null) return;
  try {
    const made = await api.add(person);
    await refreshPeople();
    choose(String(made.id));
  } catch (failure) {
    complain(failure.message);
  }
}

function firstOpen() {
  if (only !== null) return [only];
  const named = asked.get("people");
  if (named) return named.split(",").filter((id) => people.all.has(id));
  const room = Math.floor((innerWidth - LIST_WIDTH) / COLUMN_WIDTH);
  return [...people.all.keys()].slice(0, Math.max(1, Math.min(FIRST_COLUMNS, room)));
}

/** After a connection (also the first) fetch what may have happened without our hearing it. */
async function connected(on) {
  app.connected = on;
  if (!on) {
    complain("The connection to the sandbox is lost. Trying again.");
    return;
  }
  document.getElementById("offline").hidden = true;
  await refreshPeople();
  await Promise.all([...columns.values()].map((column) => column.refresh()));
  document.body.dataset.ready = "";
}

function complain(words) {
  const place = document.getElementById("offline");
  place.textContent = words;
  place.hidden = false;
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

function backAgain() {
  for (const column of columns.values()) if (column.atEnd() && app.reading(column)) app.seen(column);
}

async function begin() {
  document.body.classList.toggle("only", only !== null);
  app.info = await api.info();
  document.getElementById("title").textContent = `${app.info.bot.first_name} sandbox`;
  await refreshPeople();
  const ids = firstOpen();
  await Promise.all(ids.map((id) => open(id)?.refresh()));
  activate(columns.has(ids[0]) ? ids[0] : null);
  people.show();
  entitle();
  document.getElementById("nobody").hidden = columns.size > 0;
  listen(heard, connected);
  document.getElementById("add").addEventListener("click", addPerson);
  document.addEventListener("visibilitychange", backAgain);
  document.addEventListener("click", closeMenus);
  narrow.addEventListener("change", () => people.show());
}

begin().catch((failure) => complain(`The sandbox cannot be reached: ${failure.message}`));
