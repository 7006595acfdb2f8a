// A chart of an answer whose columns fit: a number by category as bars, a number by date as a line. The table says it too.
const MOST_BARS = 40;
const MOST_JOINED = 60; // more points than these are a cloud, which a line would only hide
const STEEP = 1000; // from this ratio of the greatest to the least, heights are logarithms
const WIDTH = 720;

// Returns an SVG element, or null where no pair of columns fits.
export function chartOf(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  if (rows.length < 2) return null;
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
  const kinds = heads.map((_, column) => kindOf(rows, column));
  const number = kinds.indexOf("number");
  const date = kinds.indexOf("date");
  const category = kinds.indexOf("category");
  if (number < 0) return null;
  if (date >= 0) return line(points(rows, date, number), heads[date], heads[number]);
  if (category < 0 || rows.length > MOST_BARS) return null;
  return bars(rows.map((cells) => [cells[category].textContent.trim(), value(cells[number]), cells[number].textContent.trim()]), heads[category], heads[number]);
}

function kindOf(rows, column) {
  const kinds = new Set(rows.map((cells) => cells[column]?.dataset.kind ?? (cells[column]?.textContent.trim() ? "category" : "empty")));
  return kinds.size === 1 ? [...kinds][0] : "mixed";
}

const value = (cell) => Number(cell.dataset.raw);

// Partial dates stand at their start.
function time(text) {
  return Date.parse(/^\d{4}(-\d\d)?$/.test(text) ? `${text}-01-01`.slice(0, 10) : text);
}

function points(rows, date, number) {
  return rows
    .map((cells) => [time(cells[date].dataset.raw), value(cells[number]), `${cells[date].textContent.trim()}: ${cells[number].textContent.trim()}`])
    .filter(([at, height]) => Number.isFinite(at) && Number.isFinite(height))
    .sort(([one], [other]) => one - other);
}

function bars(rows, category, number) {
  const [top, left, step] = [28, 220, 26];
  const most = Math.max(...rows.map(([, height]) => height), 0);
  const least = Math.min(...rows.map(([, height]) => height), 0);
  const scale = (height) => left + ((height - least) / (most - least || 1)) * (WIDTH - left - 90);
  const image = svg(top + rows.length * step + 8, `${number} (${category})`);
  image.append(text(left, 16, number, "quiet"));
  rows.forEach(([name, height, written], at) => {
    const y = top + at * step;
    const [start, end] = [scale(Math.min(height, 0)), scale(Math.max(height, 0))];
    image.append(text(left - 8, y + 15, short(name), "name"), shape("rect", { x: start, y: y + 3, width: Math.max(end - start, 1), height: step - 8 }), text(end + 6, y + 15, written));
  });
  return image;
}

function line(found, date, number) {
  const [height, left, bottom] = [300, 90, 40];
  const [from, to] = [found[0][0], found.at(-1)[0]];
  const heights = found.map(([, each]) => each);
  const most = Math.max(...heights);
  const steep = Math.min(...heights) > 0 && most / Math.min(...heights) > STEEP;
  const least = steep ? Math.min(...heights) : Math.min(...heights, 0);
  const scale = steep ? Math.log10 : (each) => each;
  const x = (at) => left + ((at - from) / (to - from || 1)) * (WIDTH - left - 20);
  const y = (each) => height - bottom - ((scale(each) - scale(least)) / (scale(most) - scale(least) || 1)) * (height - bottom - 30);
  const image = svg(height, `${number} (${date})`);
  image.append(text(left, 16, steep ? `${number} (log)` : number, "quiet"));
  for (const each of [least, most]) image.append(text(left - 8, y(each) + 4, compact(each), "name"), shape("line", { x1: left, x2: WIDTH - 20, y1: y(each), y2: y(each) }));
  for (const at of new Set([from, to])) image.append(text(x(at), height - 14, new Date(at).toISOString().slice(0, 10), at === from ? "start" : "name"));
  if (found.length <= MOST_JOINED) image.append(shape("polyline", { points: found.map(([at, each]) => `${x(at)},${y(each)}`).join(" ") }));
  for (const [at, each, written] of found) {
    const dot = shape("circle", { cx: x(at), cy: y(each), r: 4 });
    dot.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: written }));
    image.append(dot);
  }
  return image;
}

const compact = (each) => new Intl.NumberFormat(document.documentElement.lang, { notation: each < 1e15 ? "compact" : "scientific", maximumSignificantDigits: 3 }).format(each);
const short = (name) => (name.length > 30 ? `${name.slice(0, 29)}…` : name);
const SVG = "http://www.w3.org/2000/svg";

function shape(kind, attributes) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, each] of Object.entries(attributes)) made.setAttribute(name, each);
  return made;
}

function svg(height, label) {
  return shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "chart", role: "img", "aria-label": label });
}

function text(x, y, words, kind = "value") {
  const made = shape("text", { x, y, class: kind });
  made.textContent = words;
  return made;
}
