/** One message as a bubble with its inline keyboard. */

import { paragraphs } from "/page/html.js";
import { clock, direction, el, fullAddress, icon, size, startPayload } from "/page/text.js";

/**
 * Build the row of one message.
 *
 * *chat* says what to do: reply(message), press(message, button), open(address), send(text),
 * find(messageId); and knows: owns(message), username, isBusy(message, button).
 */
export function row(message, chat) {
  const own = chat.owns(message);
  const other = !own && !message.from_bot ? (message.from?.first_name ?? message.sender_chat?.title ?? "Telegram") : null;
  const made = el("article", {
    class: `row ${own ? "own" : "bot"}`,
    "data-message-id": message.message_id,
  });
  const bubble = el("div", { class: "bubble", dir: direction(words(message)) });
  bubble.append(
    other ? el("strong", { dir: "auto" }, `${other}: `) : el("span", { class: "unseen" }, own ? "Sent: " : "Bot: "),
    ...parts(message, chat),
    answer(message, chat),
  );
  // inside the last paragraph, so that a short one has the time beside it
  const last = bubble.querySelector(":scope > .paragraph:nth-last-child(2)");
  (last ?? bubble).append(meta(message));
  bubble.addEventListener("click", (event) => clicked(event, message, chat));
  made.append(bubble);
  const rows = message.reply_markup?.inline_keyboard;
  if (rows?.length) made.append(keyboard(message, rows, chat));
  return made;
}

/** Return the plain words of a message, for previews and direction. */
export function words(message) {
  return (
    message.text ??
    message.caption ??
    message.venue?.title ??
    message.document?.file_name ??
    (message.location ? "Location" : null) ??
    (message.photo ? "Photo" : "Message")
  );
}

function clicked(event, message, chat) {
  const link = event.target.closest("a[href]");
  if (link !== null) {
    if (chat.open(link.href)) event.preventDefault();
    return;
  }
  // marking text with the mouse ends in a click too
  if (event.target.closest("button, .spoiler") || String(getSelection())) return;
  chat.reply(message);
}

function parts(message, chat) {
  const found = [];
  if (message.reply_to_message) found.push(quoted(message.reply_to_message, chat));
  if (message.venue) found.push(venue(message.venue));
  else if (message.location) found.push(venue({ location: message.location }));
  if (message.document) found.push(file(message));
  if (message.photo?.length) found.push(picture(message));
  if (message.forum_topic_created) found.push(`New topic: ${message.forum_topic_created.name}`);
  if (message.html) found.push(...paragraphs(message.html, chat.send));
  if (found.length === (message.reply_to_message ? 1 : 0)) {
    found.push("This kind of message is not shown here.");
  }
  return found;
}

function quoted(message, chat) {
  const text = words(message);
  return el(
    "button",
    {
      type: "button",
      class: "quoted",
      dir: direction(text),
      "aria-label": `In reply to: ${text.slice(0, 80)}`,
      onclick: () => chat.find(message.message_id),
    },
    text.slice(0, 120),
  );
}

function venue({ title, address, location }) {
  const { latitude, longitude } = location;
  return el(
    "div",
    { class: "card" },
    el("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
    el(
      "div",
      { class: "what" },
      el("strong", { dir: direction(title ?? "") }, title ?? "Location"),
      address ? el("span", { dir: direction(address) }, address) : null,
      el("span", { class: "small", dir: "ltr" }, `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`),
    ),
  );
}

function file({ document: { file_name: name, file_size: bytes, file_id: id } }) {
  const what = el(
    "div",
    { class: "what" },
    el("strong", { dir: "auto" }, name ?? "File"),
    el("span", { class: "small", dir: "ltr" }, size(bytes)),
  );
  const sign = el("span", { class: "sign", "aria-hidden": "true" }, icon("file"));
  return el("a", { class: "card file", href: fileAddress(id), download: name ?? true }, sign, what);
}

const fileAddress = (fileId) => `/sandbox/files/${encodeURIComponent(fileId)}`;

function picture({ photo, caption }) {
  const largest = photo[photo.length - 1];
  const alt = caption ?? "A photo without a description";
  return el("img", { class: "photo", src: fileAddress(largest.file_id), alt, width: largest.width, height: largest.height });
}

function meta(message) {
  const at = new Date(message.date * 1000).toISOString();
  return el(
    "span",
    { class: "meta" },
    message.via_bot ? el("span", { class: "via" }, `via @${message.via_bot.username}`) : null,
    message.edit_date ? el("span", { class: "edited" }, "edited") : null,
    el("time", { datetime: at, dir: "ltr" }, clock(message.date)),
  );
}

function answer(message, chat) {
  const label = "Reply to this message";
  const act = () => chat.reply(message);
  return el("button", { type: "button", class: "answer", "aria-label": label, onclick: act }, icon("reply"));
}

function keyboard(message, rows, chat) {
  const made = el("div", { class: "keyboard", role: "group", "aria-label": "Buttons" });
  for (const buttons of rows) {
    made.append(el("div", { class: "keys" }, ...buttons.map((button) => key(message, button, chat))));
  }
  return made;
}

const ACTIONS = ["callback_data", "copy_text", "switch_inline_query", "switch_inline_query_current_chat"];

function key(message, button, chat) {
  const dir = direction(button.text);
  const target = button.url ?? button.web_app?.url;
  if (target) return linkKey(button, fullAddress(target), dir, chat);
  const busy = chat.isBusy(message, button);
  return el(
    "button",
    {
      type: "button",
      class: `key ${button.style ?? ""}`.trim(),
      dir,
      "aria-busy": busy ? "true" : null,
      disabled: !ACTIONS.some((action) => button[action] !== undefined),
      onclick: () => chat.press(message, button),
    },
    button.text,
  );
}

function linkKey(button, target, dir, chat) {
  const inside = startPayload(target, chat.username) !== null;
  const link = el("a", { class: "key", dir }, button.text, inside ? null : icon("out"));
  if (/^(https?|tg):/i.test(target)) link.href = target;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.addEventListener("click", (event) => {
    if (chat.open(target)) event.preventDefault();
  });
  return link;
}
