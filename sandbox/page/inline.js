/** Inline mode: what is typed behind the bot's name, and the list to pick from. */

const PAUSE = 250; // ms without a key until the bot is asked, as apps do
const WAIT = 10; // seconds for the bot's answer

/** One chat's inline search. *chat* offers username and the async ask(text, wait). */
export class Inline {
  /** *changed* is called when there is something new to show. */
  constructor(chat, changed) {
    this.chat = chat;
    this.changed = changed;
    this.text = null; // what is looked for; null: nothing is
    this.answer = null;
  }

  /** Take what stands in the input; ask the bot after a pause. */
  typed(value) {
    const [name, ...rest] = value.split(/(?<=\s)/);
    const named = name.trim().toLowerCase() === `@${this.chat.username}`.toLowerCase();
    const text = named && /\s$/.test(name) ? rest.join("").trim() : null;
    if (text === this.text) return;
    this.text = text;
    this.answer = null;
    clearTimeout(this.waiting);
    if (text !== null) this.waiting = setTimeout(() => this.ask(text), PAUSE);
  }

  async ask(text) {
    const answer = await this.chat.ask(text, WAIT);
    if (text !== this.text || answer === null) return; // something else is typed by now
    this.answer = answer;
    this.changed();
  }

  /** Return the lines of the list: what each shows, and what it does when taken. */
  lines() {
    if (this.answer === null) return [];
    const { answered, results, button, inline_query_id: query } = this.answer;
    const lines = results.map(({ id, title, description }) => ({
      name: title,
      description: description ?? "",
      tall: true, // whole sentences: under the title, not beside it
      act: () => this.chat.choose(query, id),
    }));
    if (button) {
      const { text, start_parameter: payload } = button;
      lines.unshift({ name: text, description: "", act: () => this.chat.start(payload) });
    }
    if (lines.length > 0) return lines;
    const name = answered ? "Nothing found." : "The bot does not answer.";
    return [{ name, description: "", act: null }];
  }
}
