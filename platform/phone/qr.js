// Draws QR codes (ISO/IEC 18004): versions 1 to 25 at error correction M, letters of the alphanumeric mode, else bytes.

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VERSION_MAX = 25;
// Codewords of correction in a block, and blocks, by version at correction M (table 9 of the standard).
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21];

// Powers and logarithms in the field of 256 with x^8 + x^4 + x^3 + x^2 + 1.
const POWER = new Uint8Array(512), LOG = new Uint8Array(256);
for (let at = 0, one = 1; at < 255; at++) {
    POWER[at] = POWER[at + 255] = one;
    LOG[one] = at;
    one = one & 128 ? (one << 1) ^ 0x11d : one << 1;
}

/// A text as rows of booleans, true for dark; null when it is too long.
export function draw(text) {
    const letters = [...text].every((letter) => LETTERS.includes(letter));
    const bytes = letters ? null : new TextEncoder().encode(text);
    for (let version = 1; version <= VERSION_MAX; version++) {
        const room = dataBytes(version) * 8;
        const countBits = letters ? (version < 10 ? 9 : 11) : version < 10 ? 8 : 16;
        const needed = 4 + countBits + (letters ? Math.floor(text.length / 2) * 11 + (text.length % 2) * 6 : bytes.length * 8);
        if (needed <= room) return picture(version, codewords(version, text, bytes, countBits));
    }
    return null;
}

/// The same as the path of an SVG of one unit a module.
export function path(rows) {
    let d = "";
    rows.forEach((row, y) => {
        for (let x = 0; x < row.length; x++) {
            if (!row[x]) continue;
            const from = x;
            while (row[x + 1]) x++;
            d += `M${from} ${y}h${x + 1 - from}v1H${from}z`;
        }
    });
    return d;
}

// Modules that carry codewords.
function modules(version) {
    let count = (16 * version + 128) * version + 64;
    if (version > 1) {
        const marks = Math.floor(version / 7) + 2;
        count -= (25 * marks - 10) * marks - 55;
        if (version > 6) count -= 36;
    }
    return count;
}

function dataBytes(version) {
    return (modules(version) >> 3) - CORRECTION[version - 1] * BLOCKS[version - 1];
}

function codewords(version, text, bytes, countBits) {
    const bits = [];
    const put = (value, count) => {
        for (let at = count - 1; at >= 0; at--) bits.push((value >> at) & 1);
    };
    put(bytes ? 4 : 2, 4);
    put(bytes ? bytes.length : text.length, countBits);
    if (bytes) {
        bytes.forEach((byte) => put(byte, 8));
    } else {
        for (let at = 0; at < text.length; at += 2) {
            const one = LETTERS.indexOf(text[at]);
            if (at + 1 < text.length) put(one * 45 + LETTERS.indexOf(text[at + 1]), 11);
            else put(one, 6);
        }
    }
    const room = dataBytes(version) * 8;
    put(0, Math.min(4, room - bits.length));
    while (bits.length % 8) bits.push(0);
    for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) put(pad, 8);
    const data = [];
    for (let at = 0; at < bits.length; at += 8) {
        data.push(bits.slice(at, at + 8).reduce((sum, bit) => sum * 2 + bit, 0));
    }
    return interleaved(version, data);
}

function interleaved(version, data) {
    const blocks = BLOCKS[version - 1], length = CORRECTION[version - 1];
    const whole = modules(version) >> 3, short = Math.floor(whole / blocks) - length, longs = whole % blocks;
    const generator = generatorOf(length), parts = [], checks = [];
    for (let no = 0, at = 0; no < blocks; no++) {
        const size = short + (no >= blocks - longs ? 1 : 0);
        const part = data.slice(at, at + size);
        at += size;
        parts.push(part);
        checks.push(remainder(part, generator));
    }
    const all = [];
    for (let at = 0; at <= short; at++) parts.forEach((part) => at < part.length && all.push(part[at]));
    for (let at = 0; at < length; at++) checks.forEach((check) => all.push(check[at]));
    return all;
}

function times(one, other) {
    return one && other ? POWER[LOG[one] + LOG[other]] : 0;
}

function generatorOf(degree) {
    let made = [1];
    for (let no = 0; no < degree; no++) {
        const next = [...made, 0];
        made.forEach((factor, at) => { next[at + 1] ^= times(factor, POWER[no]); });
        made = next;
    }
    return made.slice(1);
}

function remainder(data, generator) {
    const rest = new Array(generator.length).fill(0);
    for (const byte of data) {
        const factor = byte ^ rest.shift();
        rest.push(0);
        generator.forEach((part, at) => { rest[at] ^= times(part, factor); });
    }
    return rest;
}

function picture(version, words) {
    const size = version * 4 + 17;
    const dark = Array.from({ length: size }, () => new Array(size).fill(false));
    const fixed = Array.from({ length: size }, () => new Array(size).fill(false));
    patterns(version, size, (x, y, on) => {
        dark[y][x] = on;
        fixed[y][x] = true;
    });
    let at = 0;
    for (let right = size - 1; right > 0; right -= 2) {
        if (right === 6) right = 5;
        for (let step = 0; step < size; step++) {
            const y = (right + 1) & 2 ? step : size - 1 - step;
            for (const x of [right, right - 1]) {
                if (fixed[y][x]) continue;
                dark[y][x] = at < words.length * 8 && ((words[at >> 3] >> (7 - (at & 7))) & 1) === 1;
                at++;
            }
        }
    }
    let best = null, least = Infinity;
    for (let mask = 0; mask < 8; mask++) {
        const masked = dark.map((row, y) => row.map((on, x) => on !== (!fixed[y][x] && MASKS[mask](x, y))));
        format(masked, size, mask);
        const cost = penalty(masked, size);
        if (cost < least) [best, least] = [masked, cost];
    }
    return best;
}

const MASKS = [
    (x, y) => (x + y) % 2 === 0,
    (x, y) => y % 2 === 0,
    (x) => x % 3 === 0,
    (x, y) => (x + y) % 3 === 0,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
    (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
    (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
    (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

// All that does not depend on the text; the places of the format are kept free.
function patterns(version, size, set) {
    for (let at = 0; at < size; at++) {
        set(at, 6, at % 2 === 0);
        set(6, at, at % 2 === 0);
    }
    const places = alignments(version, size), last = places.length - 1;
    places.forEach((y, row) => places.forEach((x, column) => {
        const corner = (row === 0 && (column === 0 || column === last)) || (row === last && column === 0);
        if (corner) return;
        for (let dy = -2; dy <= 2; dy++) {
            for (let dx = -2; dx <= 2; dx++) set(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
        }
    }));
    for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
        for (let dy = -4; dy <= 4; dy++) {
            for (let dx = -4; dx <= 4; dx++) {
                const x = cx + dx, y = cy + dy, ring = Math.max(Math.abs(dx), Math.abs(dy));
                if (x >= 0 && y >= 0 && x < size && y < size) set(x, y, ring !== 2 && ring !== 4);
            }
        }
    }
    for (let at = 0; at < 9; at++) {
        if (at !== 6) {
            set(8, at, false);
            set(at, 8, false);
        }
    }
    for (let at = 0; at < 8; at++) {
        set(size - 1 - at, 8, false);
        set(8, size - 1 - at, false);
    }
    set(8, size - 8, true);
    if (version > 6) versionBits(version, size, set);
}

function alignments(version, size) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2;
    const step = Math.floor((version * 4 + count * 2 + 1) / (count * 2 - 2)) * 2;
    const places = [6];
    for (let no = count - 2; no >= 0; no--) places.push(size - 7 - no * step);
    return places;
}

function versionBits(version, size, set) {
    let rest = version;
    for (let at = 0; at < 12; at++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (version << 12) | rest;
    for (let at = 0; at < 18; at++) {
        const on = ((bits >> at) & 1) === 1, near = Math.floor(at / 3), far = size - 11 + (at % 3);
        set(far, near, on);
        set(near, far, on);
    }
}

// Correction M is 00.
function format(dark, size, mask) {
    let rest = mask;
    for (let at = 0; at < 10; at++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    const bit = (at) => ((bits >> at) & 1) === 1;
    for (let at = 0; at < 6; at++) dark[at][8] = bit(at);
    dark[7][8] = bit(6);
    dark[8][8] = bit(7);
    dark[8][7] = bit(8);
    for (let at = 9; at < 15; at++) dark[8][14 - at] = bit(at);
    for (let at = 0; at < 8; at++) dark[8][size - 1 - at] = bit(at);
    for (let at = 8; at < 15; at++) dark[size - 15 + at][8] = bit(at);
    dark[size - 8][8] = true;
}

// How badly a picture can be read (section 7.8.3): long runs, squares, what looks like a corner, too dark or too light.
function penalty(dark, size) {
    let cost = 0, count = 0;
    for (let line = 0; line < size; line++) {
        for (const cell of [(at) => dark[line][at], (at) => dark[at][line]]) {
            let run = 0, recent = 0;
            for (let at = 0; at < size; at++) {
                run = at > 0 && cell(at) === cell(at - 1) ? run + 1 : 1;
                if (run === 5) cost += 3;
                if (run > 5) cost += 1;
                recent = ((recent << 1) | (cell(at) ? 1 : 0)) & 0x7ff;
                if (at >= 10 && (recent === 0x5d0 || recent === 0x05d)) cost += 40;
            }
        }
        for (let at = 0; at < size; at++) {
            if (dark[line][at]) count++;
            if (line && at && dark[line][at] === dark[line - 1][at] && dark[line][at] === dark[line][at - 1]
                && dark[line][at] === dark[line - 1][at - 1]) cost += 3;
        }
    }
    return cost + Math.floor(Math.abs(count * 20 - size * size * 10) / (size * size)) * 10;
}
