/** The people side of the sandbox over HTTP. */

async function call(method, path, body) {
  const asked = { method, headers: { accept: "application/json" } };
  if (body instanceof Blob) {
    asked.body = body; // a picture, as it is
  } else if (body !== undefined) {
    asked.headers["content-type"] = "application/json";
    asked.body = JSON.stringify(body);
  }
  const answer = await fetch(`/sandbox${path}`, asked).catch(() => {
    throw new Error("The sandbox does not answer.");
  });
  const text = await answer.text();
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    value = null;
  }
  if (!answer.ok) {
    throw new Error(value?.error ?? `The sandbox answered ${answer.status}.`);
  }
  return value;
}

/** A chat is named by its person, or as "person@group" when it is a group or channel. */
const of = (id) => `/people/${encodeURIComponent(String(id).split("@")[0])}`;
const group = (id) => String(id).split("@")[1];
const where = (id) => (group(id) ? { chat_id: Number(group(id)) } : {});

export const api = {
  info: () => call("GET", "/info"),
  people: () => call("GET", "/people"),
  add: (person) => call("POST", "/people", person),
  groups: () => call("GET", "/groups"),
  chat: (id) => call("GET", `${of(id)}/chat${group(id) ? `?chat_id=${group(id)}` : ""}`),
  text: (id, text, replyTo, topic) =>
    call("POST", `${of(id)}/text`, { text, ...reply(replyTo), ...where(id), ...(topic ? { thread_id: topic } : {}) }),
  press: (id, message, data, wait) =>
    call("POST", `${of(id)}/press`, { message_id: message, data, wait, ...where(id) }),
  location: (id, place, replyTo) =>
    call("POST", `${of(id)}/location`, { ...place, ...reply(replyTo) }),
  photo: (id, file, caption) =>
    call("POST", `${of(id)}/photo?caption=${encodeURIComponent(caption)}`, file),
  inline: (id, text, wait) => call("POST", `${of(id)}/inline`, { text, wait }),
  choose: (id, query, result) =>
    call("POST", `${of(id)}/choose`, { inline_query_id: query, result_id: result }),
  start: (id, payload) => call("POST", `${of(id)}/start`, payload ? { payload } : {}),
  block: (id) => call("POST", `${of(id)}/block`, {}),
  unblock: (id) => call("POST", `${of(id)}/unblock`, {}),
};

function reply(messageId) {
  return messageId ? { reply_to: messageId } : {};
}

const AGAIN_AFTER = 2000; // ms; a browser gives up by itself when the answer is an error

/** Listen to the sandbox's events; *connected* hears true at each connection, false at each loss. */
export function listen(heard, connected) {
  const source = new EventSource("/sandbox/events");
  for (const kind of ["message", "edit", "delete", "toast", "action", "person"]) {
    source.addEventListener(kind, (event) => heard(kind, JSON.parse(event.data)));
  }
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => {
    connected(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(heard, connected), AGAIN_AFTER);
  });
}
