/** The two questions of the page: which place, and who is new. */

import { el, languageName } from "/page/text.js";

/*
 * Middles of postcode districts, to three decimals.
 * Source: OS Code-Point Open 2014.3, Open Government Licence v3. Contains Ordnance Survey data
 * (c) Crown copyright and database right 2014. Contains Royal Mail data (c) Royal Mail copyright
 * and database right 2014.
 */
const PLACES = [
  ["City centre, LS1", 53.797, -1.553],
  ["Hyde Park and Headingley, LS6", 53.82, -1.571],
  ["Chapeltown, LS7", 53.821, -1.54],
  ["Harehills and Burmantofts, LS9", 53.8, -1.51],
  ["Hunslet and Middleton, LS10", 53.762, -1.533],
  ["Beeston and Holbeck, LS11", 53.776, -1.557],
  ["Armley, LS12", 53.791, -1.597],
  ["Seacroft, LS14", 53.828, -1.458],
  ["Bradford, BD1 (outside Leeds)", 53.798, -1.755],
];

const LANGUAGES = (
  "en ar fa ckb ku ps ur ti am so om uk ru fr es pt ro pl cs sk hu sq tr it " +
  "bn pa hi ta ml zh vi yo sw"
).split(" ");

/** Ask for a place; resolves to {latitude, longitude}, or null when cancelled. */
export function askPlace(firstName) {
  const dialog = document.getElementById("place");
  dialog.querySelector("h2").textContent = `Share a place as ${firstName}`;
  const answer = asking(dialog, (form) => ({
    latitude: form.latitude.valueAsNumber,
    longitude: form.longitude.valueAsNumber,
  }));
  document.getElementById("places").replaceChildren(
    ...PLACES.map(([name, latitude, longitude]) =>
      el("button", { type: "button", onclick: () => answer.give({ latitude, longitude }) }, name),
    ),
  );
  dialog.showModal(); // after the places, so that the first of them gets the focus
  return answer.given;
}

/** Ask who is new; resolves to {first_name, language_code}, or null when cancelled. */
export function askPerson() {
  const dialog = document.getElementById("newcomer");
  const languages = document.getElementById("languages");
  if (languages.options.length === 0) languages.append(...LANGUAGES.map(language));
  const answer = asking(dialog, (form) => ({
    first_name: form.first_name.value.trim(),
    language_code: form.language_code.value,
  }));
  dialog.showModal();
  return answer.given;
}

function language(tag) {
  const own = new Intl.DisplayNames([tag], { type: "language", fallback: "none" }).of(tag);
  const english = languageName(tag);
  const label = own && own !== english ? `${english} (${own})` : english;
  return el("option", { value: tag }, label);
}

function asking(dialog, read) {
  const form = dialog.querySelector("form");
  form.reset();
  let give;
  const given = new Promise((resolve) => {
    give = (value) => {
      resolve(value);
      dialog.close();
    };
  });
  form.onsubmit = (event) => {
    event.preventDefault();
    give(read(form.elements));
  };
  dialog.querySelector("[data-cancel]").onclick = () => give(null);
  dialog.onclose = () => give(null); // Escape; after a given answer this changes nothing
  return { given, give };
}
