// Intl.Collator: the order of text.

const ORDER = '_-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz';
const RANK = Object.create(null);
for (let at = 0; at < ORDER.length; at++) RANK[ORDER[at]] = at + 2;

class Collator {
  #options;

  constructor(locales, options = {}) {
    checkLocale(locales);
    onlyAs(options, { ignorePunctuation: false, caseFirst: 'false', usage: 'sort' });
    oneOf(options, 'sensitivity', ['base', 'accent', 'case', 'variant']);
    this.#options = options;
  }

  compare = (first, second) => compareText(String(first), String(second), this.#options);

  resolvedOptions() {
    return { locale: 'en-US', usage: 'sort', sensitivity: 'variant', numeric: false, ...this.#options };
  }
}

// Letters first, then accents, then case: "a" < "á" < "b", and "a" < "A".
function compareText(first, second, { sensitivity = 'variant', numeric = false }) {
  const [a, b] = [first, second].map((text) => text.normalize('NFD').replace(/ß/g, 'ss'));
  const [bareA, bareB] = [bare(a), bare(b)];
  const letters = order(keys(bareA.toLowerCase(), numeric), keys(bareB.toLowerCase(), numeric));
  if (letters || sensitivity === 'base') return letters;
  const accents = sensitivity === 'case' ? 0 : order([...a.toLowerCase()].map(code), [...b.toLowerCase()].map(code));
  if (accents || sensitivity === 'accent') return accents;
  return order([...bareA].map(isUpper), [...bareB].map(isUpper));
}

// Letters that Unicode does not take apart, though an accent is all that makes them.
const BARE = {
  ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', ø: 'o', Ø: 'O', ħ: 'h', Ħ: 'H', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE',
};

function bare(text) {
  return text.replace(/\p{M}/gu, '').replace(/[łđðøħæœ]/gi, (letter) => BARE[letter]);
}

const code = (character) => character.codePointAt(0);
const isUpper = (character) => (character === character.toLowerCase() ? 0 : 1);

function keys(text, numeric) {
  const pieces = numeric ? text.match(/\d+|\D/gu) ?? [] : [...text];
  return pieces.map((piece) => (/^\d{2,}$/.test(piece) ? RANK[0] + Number(piece) / 1e9 : rank(piece, numeric)));
}

function rank(character, numeric) {
  if (numeric && character >= '0' && character <= '9') return RANK[0] + Number(character) / 1e9;
  return RANK[character] ?? (/\s/.test(character) ? 1 : 1000 + code(character));
}

function order(first, second) {
  for (let at = 0; at < Math.min(first.length, second.length); at++) {
    if (first[at] !== second[at]) return first[at] < second[at] ? -1 : 1;
  }
  return Math.sign(first.length - second.length);
}
