// Time zones: their offsets at any time, and their names.

const data = JSON.parse(resource('timezones'));
const histories = Object.create(null);
const names = Object.create(null);
for (const name of Object.keys(data.zones)) names[name.toLowerCase()] = name;

const LAST_YEAR = 2054;
const CYCLE = 28 * 365.25 * 86400; // after so many seconds the calendar repeats, until 2100

function zoneNamed(name = 'UTC') {
  const found = names[String(name).toLowerCase()];
  if (!found) throw new RangeError(`Invalid time zone specified: ${name}`);
  return found;
}

function history(zone) {
  return (histories[zone] ??= data.histories[data.zones[zone]].split(' ').map((text) => parseInt(text, 36)));
}

function offsetAt(zone, milliseconds) {
  let seconds = Math.floor(milliseconds / 1000);
  while (new Date(seconds * 1000).getUTCFullYear() > LAST_YEAR) seconds -= CYCLE;
  const steps = history(zone);
  let low = 0;
  let high = (steps.length - 1) / 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[2 * middle - 1] <= seconds) low = middle;
    else high = middle - 1;
  }
  return steps[2 * low];
}

function offsetName(seconds, { long = false } = {}) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = String(Math.floor(minutes / 60));
  const rest = minutes % 60 ? `:${pad(minutes % 60)}` : '';
  if (long) return `GMT${seconds < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes % 60)}`;
  return `GMT${seconds < 0 ? '-' : '+'}${hours}${rest}`;
}

const WESTERN = /Casablanca|Aaiun|Fa(e)?roe|Madeira|Canary|Azores|Lisbon|Portugal|WET|Scoresbysund/;
const STANDARD = { E: -5, C: -6, M: -7, P: -8, AK: -9, A: -4, H: -10, HA: -10 };

function zoneName(style, zone, seconds) {
  if (style === 'longOffset') return offsetName(seconds, { long: true });
  if (style === 'shortOffset') return offsetName(seconds);
  if (style === 'long' && /^(Etc\/)?(UTC|UCT|Zulu|Universal)$/.test(zone)) return 'Coordinated Universal Time';
  if (style !== 'short') refuse(`timeZoneName '${style}' for ${zone}`);
  if (/^((Etc\/)?(UTC|UCT|Zulu|Universal|GMT)|GMT[+-]?0)$/.test(zone)) return 'UTC';
  const letter = data.letters[zone];
  if (!letter) return seconds === 0 && !WESTERN.test(zone) ? 'GMT' : offsetName(seconds);
  return `${letter}${seconds === STANDARD[letter] * 3600 ? 'S' : 'D'}T`;
}
