// The basket as the text of a QR code, signed with the session's secret: what `domain::aisle::BasketCode` reads.

import { hmac, joined } from "./sha256.js";

/// Lines that one code holds.
export const LINES_MAX = 60;

const BYTES_MAX = 900;
const TAG_BYTES = 16;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-./:";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/// Text of a basket: `session` has id, until (seconds) and secret (hex); lines have code and thousandths; `member` is an id, or
/// nothing. Null when it is too long.
export function write(store, session, sequence, at, lines, member) {
    const to = [];
    to.push(1);
    number(to, member ? 1 : 0);
    text(to, store);
    to.push(...hex(session.id.replaceAll("-", "")));
    number(to, sequence);
    if (member) id(to, member);
    number(to, session.until);
    number(to, at);
    number(to, lines.length);
    for (const { code, thousandths } of lines) {
        id(to, code);
        number(to, thousandths % 1000 === 0 ? (thousandths / 1000) * 2 : thousandths * 2 + 1);
    }
    if (to.length > BYTES_MAX || lines.length < 1 || lines.length > LINES_MAX) return null;
    const bytes = Uint8Array.from(to);
    const tag = hmac(hex(session.secret), joined(utf8("guitai aisle basket\n"), bytes)).slice(0, TAG_BYTES);
    return "GB1" + packed(joined(bytes, tag));
}

function packed(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 2) {
        const two = at + 1 < bytes.length, value = two ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
        text += LETTERS[value % 41] + LETTERS[Math.floor(value / 41) % 41];
        if (two) text += LETTERS[Math.floor(value / 1681) % 41];
    }
    return text;
}

// LEB128.
function number(to, value) {
    let rest = BigInt(value);
    while (rest >= 128n) {
        to.push(Number(rest & 127n) | 128);
        rest >>= 7n;
    }
    to.push(Number(rest));
}

function text(to, value) {
    const bytes = utf8(value);
    number(to, bytes.length);
    to.push(...bytes);
}

// The shortest of three forms: as a number with its count of digits, as the bytes of a UUID, as text.
function id(to, value) {
    if (/^[0-9]{1,18}$/.test(value)) {
        number(to, value.length * 4 + 1);
        number(to, BigInt(value));
    } else if (UUID.test(value)) {
        number(to, 2);
        to.push(...hex(value.replaceAll("-", "")));
    } else {
        number(to, utf8(value).length * 4);
        to.push(...utf8(value));
    }
}

function utf8(value) {
    return new TextEncoder().encode(value);
}

function hex(value) {
    return Uint8Array.from(value.match(/../g) || [], (pair) => parseInt(pair, 16));
}
