// Texts. English comes with the page; other languages are fetched when they are asked for.

import english from "./locales/en.js";

const OTHERS = {
  hi: () => import("./locales/hi.js"),
  ar: () => import("./locales/ar.js"),
};

let texts = english.texts;

/** Loads the language of `locale` (a tag such as hi-IN) and gives the page its language and direction. */
export async function useLocale(locale) {
  const language = locale.split("-")[0].toLowerCase();
  const chosen = await load(language);
  texts = { ...english.texts, ...chosen.texts };
  document.documentElement.lang = chosen.language;
  document.documentElement.dir = chosen.direction;
  return chosen.language === language ? locale : chosen.language;
}

async function load(language) {
  try {
    return (await OTHERS[language]()).default;
  } catch {
    // A language that Paygate has not, or whose file did not arrive: a checkout in English is better than none.
    return english;
  }
}

export function has(key) {
  return key !== undefined && Object.hasOwn(texts, key);
}

/** The text of `key` with its {names} filled in. */
export function t(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
