// Reads EAN-13, EAN-8 and UPC-A (ISO/IEC 15420) out of a picture's luminance, along lines laid across it.
//
// A line becomes extremes (light, dark, light, ...), extremes become edges where the light is half-way between two of them,
// and edges become widths. A digit is whichever pattern is nearest to four widths, above all in the distances between edges
// of the same kind, which a thick or thin print does not change. What is read counts when its guards, quiet zones and check
// digit hold and when a second line of the same picture says the same.

// Widths of digits in modules; the other alphabets are this one backwards, or begun with a bar.
const DIGITS = [[3, 2, 1, 1], [2, 2, 2, 1], [2, 1, 2, 2], [1, 4, 1, 1], [1, 1, 3, 2], [1, 2, 3, 1], [1, 1, 1, 4],
    [1, 3, 1, 2], [1, 2, 1, 3], [3, 1, 1, 2]];
// Which of the six digits on the left are backwards tells the first digit.
const FIRST = [0b000000, 0b001011, 0b001101, 0b001110, 0b010011, 0b011001, 0b011100, 0b010101, 0b010110, 0b011010];
// Shades between extremes at least, and the share of the line's whole contrast.
const SHADES_MIN = 8;
const SHARES = [0.05, 0.12, 0.3];
// How far a digit may be from its pattern, in squares of modules, and how much farther the next one must be.
const ERROR_MAX = 1.8;
const MARGIN_MIN = 0.13;
// Light around a code, in modules; less than printed, since labels are cut close.
const QUIET_MIN = 4;
// Lines of one picture that must say the same.
const VOTES_13 = 2;
const VOTES_8 = 3;
// Samples of one line at most.
const SAMPLES_MAX = 1400;

/// What stands in a picture: `gray` holds width * height shades. Text of the code, or null.
export function readPicture(gray, width, height) {
    const votes = new Map();
    for (const [x0, y0, x1, y1, thick] of lines(width, height)) {
        for (const text of readLine(sample(gray, width, height, x0, y0, x1, y1, thick))) {
            votes.set(text, (votes.get(text) || 0) + 1);
        }
    }
    let best = null, most = 0, second = 0;
    for (const [text, count] of votes) {
        if (count > most) {
            second = most;
            [best, most] = [text, count];
        } else {
            second = Math.max(second, count);
        }
    }
    const wanted = best && best.length === 8 ? VOTES_8 : VOTES_13;
    return most >= wanted && most > second * 2 ? best : null;
}

// Lines across the picture: along, across, and slanted both ways.
function* lines(width, height) {
    const cx = width / 2, cy = height / 2, reach = Math.hypot(width, height) / 2;
    for (const [degrees, count] of [[0, 25], [90, 17], [12, 9], [-12, 9], [30, 7], [-30, 7], [50, 5], [-50, 5]]) {
        const angle = degrees * Math.PI / 180, dx = Math.cos(angle), dy = Math.sin(angle);
        const span = 0.92 * (Math.abs(dx) * height + Math.abs(dy) * width);
        for (let no = 0; no < count; no++) {
            const off = span * ((no + 0.5) / count - 0.5);
            const px = cx - dy * off, py = cy + dx * off;
            const cut = clip(px - dx * reach, py - dy * reach, px + dx * reach, py + dy * reach, width - 1, height - 1);
            if (cut) yield [...cut, degrees === 0 || degrees === 90 ? 3 : 1];
        }
    }
}

// The part of a line within the picture (Liang and Barsky), or null.
function clip(x0, y0, x1, y1, right, bottom) {
    let from = 0, to = 1;
    const dx = x1 - x0, dy = y1 - y0;
    for (const [step, room] of [[-dx, x0], [dx, right - x0], [-dy, y0], [dy, bottom - y0]]) {
        if (Math.abs(step) < 1e-9) {
            if (room < 0) return null;
        } else if (step < 0) {
            from = Math.max(from, room / step);
        } else {
            to = Math.min(to, room / step);
        }
    }
    return to - from < 0.05 ? null : [x0 + dx * from, y0 + dy * from, x0 + dx * to, y0 + dy * to];
}

// Shades along a line, in steps of at most a pixel, over so many lines side by side.
function sample(gray, width, height, x0, y0, x1, y1, thick) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    const count = Math.max(2, Math.min(SAMPLES_MAX, Math.ceil(length * 1.2)));
    const nx = -(y1 - y0) / length, ny = (x1 - x0) / length;
    const shades = new Float32Array(count);
    const half = (thick - 1) / 2;
    for (let at = 0; at < count; at++) {
        const part = at / (count - 1);
        const x = x0 + (x1 - x0) * part, y = y0 + (y1 - y0) * part;
        let sum = 0;
        for (let side = -half; side <= half; side++) {
            sum += shade(gray, width, height, x + nx * side, y + ny * side);
        }
        shades[at] = sum / thick;
    }
    return shades;
}

function shade(gray, width, height, x, y) {
    x = Math.max(0, Math.min(width - 1.001, x));
    y = Math.max(0, Math.min(height - 1.001, y));
    const left = Math.floor(x), top = Math.floor(y), fx = x - left, fy = y - top, at = top * width + left;
    return (gray[at] * (1 - fx) + gray[at + 1] * fx) * (1 - fy)
        + (gray[at + width] * (1 - fx) + gray[at + width + 1] * fx) * fy;
}

/// All codes along one line of shades.
export function readLine(shades) {
    let darkest = 255, lightest = 0;
    for (const one of shades) {
        if (one < darkest) darkest = one;
        if (one > lightest) lightest = one;
    }
    const found = new Set();
    if (lightest - darkest < 2 * SHADES_MIN) return found;
    for (const share of SHARES) {
        const edges = edgesOf(shades, Math.max(SHADES_MIN, (lightest - darkest) * share));
        search(edges.at, edges.firstFalls, shades.length, found);
        // The same from the other side.
        const back = edges.at.map((at) => shades.length - at).reverse();
        search(back, edges.firstFalls === (edges.at.length % 2 === 0), shades.length, found);
    }
    return found;
}

// Where light turns dark and back: half-way between neighbouring extremes that differ by more than `least`.
function edgesOf(shades, least) {
    const extremes = [];
    let low = 0, high = 0, rising = null;
    for (let at = 1; at < shades.length; at++) {
        const one = shades[at];
        if (one > shades[high]) high = at;
        if (one < shades[low]) low = at;
        if (rising !== false && one < shades[high] - least) {
            extremes.push(high);
            rising = false;
            low = at;
        } else if (rising !== true && one > shades[low] + least) {
            extremes.push(low);
            rising = true;
            high = at;
        }
        if (rising === true && one >= shades[high]) high = at;
        if (rising === false && one <= shades[low]) low = at;
    }
    if (rising !== null) extremes.push(rising ? high : low);
    const at = [];
    for (let no = 1; no < extremes.length; no++) {
        at.push(crossing(shades, extremes[no - 1], extremes[no]));
    }
    return { at, firstFalls: extremes.length > 1 && shades[extremes[0]] > shades[extremes[1]] };
}

function crossing(shades, from, to) {
    const middle = (shades[from] + shades[to]) / 2, falls = shades[from] > shades[to];
    for (let at = from; at < to; at++) {
        const one = shades[at], next = shades[at + 1];
        if (falls ? one >= middle && next < middle : one <= middle && next > middle) {
            return at + (one - middle) / (one - next);
        }
    }
    return (from + to) / 2;
}

function search(edges, firstFalls, end, found) {
    for (let first = firstFalls ? 0 : 1; first + 43 < edges.length; first += 2) {
        for (const [runs, modules, digits] of [[59, 95, 6], [43, 67, 4]]) {
            if (first + runs >= edges.length) continue;
            const text = readAt(edges, first, runs, modules, digits, end);
            if (text) found.add(text);
        }
    }
}

// A code whose first bar begins at this edge.
function readAt(edges, first, runs, modules, digits, end) {
    const last = first + runs, module = (edges[last] - edges[first]) / modules;
    if (module < 0.7) return null;
    const before = first > 0 ? edges[first] - edges[first - 1] : edges[first];
    const behind = last + 1 < edges.length ? edges[last + 1] - edges[last] : end - edges[last];
    if (before < QUIET_MIN * module || behind < QUIET_MIN * module) return null;
    const middle = first + 3 + digits * 4;
    if (!guard(edges, first, 3, module) || !guard(edges, middle, 5, module) || !guard(edges, last - 3, 3, module)) {
        return null;
    }
    const read = [];
    let backwards = 0;
    for (let no = 0; no < digits; no++) {
        const digit = digitAt(edges, first + 3 + no * 4, module, digits === 6);
        if (!digit) return null;
        read.push(digit.value);
        backwards = backwards * 2 + (digit.backwards ? 1 : 0);
    }
    for (let no = 0; no < digits; no++) {
        const digit = digitAt(edges, middle + 5 + no * 4, module, false);
        if (!digit) return null;
        read.push(digit.value);
    }
    if (digits === 6) {
        const lead = FIRST.indexOf(backwards);
        if (lead < 0) return null;
        read.unshift(lead);
    }
    if (!checks(read)) return null;
    const text = read.join("");
    // What begins with a zero is a UPC-A and printed without it.
    return text.length === 13 && text[0] === "0" ? text.slice(1) : text;
}

// Bars and spaces of one module each.
function guard(edges, at, count, module) {
    const whole = edges[at + count] - edges[at];
    if (Math.abs(whole - count * module) > count * module * 0.3 + module * 0.25) return false;
    for (let no = 0; no + 2 <= count; no++) {
        const pair = edges[at + no + 2] - edges[at + no];
        if (Math.abs(pair - 2 * module) > module * 0.95) return false;
    }
    return true;
}

function digitAt(edges, at, module, both) {
    const whole = edges[at + 4] - edges[at];
    if (Math.abs(whole - 7 * module) > module * 1.5) return null;
    const unit = whole / 7;
    const width = [0, 1, 2, 3].map((no) => (edges[at + no + 1] - edges[at + no]) / unit);
    let best = null, least = Infinity, next = Infinity;
    for (let value = 0; value < 10; value++) {
        for (let way = 0; way < (both ? 2 : 1); way++) {
            const error = distance(width, DIGITS[value], way === 1);
            if (error < least) {
                next = least;
                least = error;
                best = { value, backwards: way === 1 };
            } else if (error < next) {
                next = error;
            }
        }
    }
    return least <= ERROR_MAX && next - least >= MARGIN_MIN ? best : null;
}

function distance(width, digit, backwards) {
    const of = (no) => digit[backwards ? 3 - no : no];
    let error = 0;
    for (let no = 0; no < 3; no++) {
        const off = width[no] + width[no + 1] - of(no) - of(no + 1);
        error += off * off;
    }
    for (let no = 0; no < 4; no++) {
        const off = width[no] - of(no);
        error += off * off * 0.35;
    }
    return error;
}

/// Whether the last of some digits is their check digit (GS1 General Specifications, section 7.9).
export function checks(digits) {
    let sum = 0;
    for (let no = 0; no < digits.length; no++) {
        sum += digits[digits.length - 1 - no] * (no % 2 === 0 ? 1 : 3);
    }
    return sum % 10 === 0;
}
