// SHA-256 (FIPS 180-4) and HMAC (RFC 2104). A page that was loaded without HTTPS has no WebCrypto, so this is the one way.

const PRIMES = primes(64);
const K = PRIMES.map((prime) => part(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => part(Math.sqrt(prime)));

function primes(count) {
    const found = [];
    for (let one = 2; found.length < count; one++) {
        if (found.every((prime) => one % prime)) found.push(one);
    }
    return found;
}

// The first 32 bits behind the point.
function part(root) {
    return ((root - Math.floor(root)) * 0x100000000) >>> 0;
}

/// The digest of bytes.
export function sha256(bytes) {
    const whole = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    const view = new DataView(whole.buffer);
    view.setUint32(whole.length - 4, bytes.length * 8);
    const state = [...START], w = new Uint32Array(64);
    for (let at = 0; at < whole.length; at += 64) {
        for (let no = 0; no < 16; no++) w[no] = view.getUint32(at + no * 4);
        for (let no = 16; no < 64; no++) {
            const early = w[no - 15], late = w[no - 2];
            const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
            const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
            w[no] = w[no - 16] + s0 + w[no - 7] + s1;
        }
        let [a, b, c, d, e, f, g, h] = state;
        for (let no = 0; no < 64; no++) {
            const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
            const one = (h + s1 + ((e & f) ^ (~e & g)) + K[no] + w[no]) | 0;
            const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
            const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
            [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
        }
        [a, b, c, d, e, f, g, h].forEach((one, no) => { state[no] = (state[no] + one) >>> 0; });
    }
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((one, no) => out.setUint32(no * 4, one));
    return new Uint8Array(out.buffer);
}

function turn(word, by) {
    return (word >>> by) | (word << (32 - by));
}

/// HMAC-SHA-256 of a message under a key of at most 64 bytes.
export function hmac(key, message) {
    const padded = (with_) => {
        const block = new Uint8Array(64).fill(with_);
        key.forEach((byte, at) => { block[at] ^= byte; });
        return block;
    };
    return sha256(joined(padded(0x5c), sha256(joined(padded(0x36), message))));
}

/// Bytes one behind the other.
export function joined(one, other) {
    const both = new Uint8Array(one.length + other.length);
    both.set(one);
    both.set(other, one.length);
    return both;
}
