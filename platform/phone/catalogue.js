// The shop's goods as the phone knows them: code, name, price, and what may not be sold this way.

// Flags of an item.
const WEIGHED = 1, ADULTS = 2, TILL_ONLY = 4, NOT_PAID_HERE = 8;

/// Goods by their codes. `data` is what /v1/phone/catalogue answers.
export class Catalogue {
    constructor(data) {
        this.data = data;
        this.byCode = new Map();
        data.items.forEach((item) => item[0].forEach((code) => this.byCode.set(code, item)));
    }

    /// What a scanned or typed code means: {kind: "goods", code, item, list} or why not.
    find(text) {
        const code = text.trim();
        if (!/^[!-~]{1,64}$/.test(code)) return { kind: "misread" };
        const label = this.label(code);
        if (label) return label;
        const digits = /^[0-9]+$/.test(code);
        const gtin = digits && [8, 12, 13, 14].includes(code.length);
        if (gtin && !checks(code)) return { kind: "misread" };
        const item = this.byCode.get(gtin ? code.replace(/^0+/, "") : code) || this.byCode.get(code);
        if (!item) return { kind: "unknown", code };
        const about = described(item);
        if (about.tillOnly) return { kind: "not-here", ...about };
        if (about.weighed) return { kind: "weigh-first", ...about };
        return { kind: "goods", code, ...about };
    }

    // A label that was printed in the shop, with a price or a weight in it.
    label(code) {
        if (!/^[0-9]+$/.test(code)) return null;
        for (const layout of this.data.layouts) {
            const read = readLabel(layout, code, this.data.digits);
            if (!read) continue;
            const item = this.byCode.get(read.base);
            if (!item) return { kind: "unknown", code };
            const about = described(item);
            if (about.tillOnly) return { kind: "not-here", ...about };
            const list = read.price ?? Math.round(about.price * read.grams / 1000);
            return { kind: "goods", code, ...about, price: list, fixed: true };
        }
        return null;
    }

    /// An amount for people.
    money(units) {
        const { sign, digits } = this.data;
        const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
        return sign + (units / 10 ** digits).toLocaleString("en", fraction);
    }
}

function described([, name, nameEn, price, flags, picture]) {
    const is = (flag) => (flags & flag) > 0;
    const atKiosk = is(ADULTS) || is(NOT_PAID_HERE);
    return { name, nameEn, price, picture, weighed: is(WEIGHED), adults: is(ADULTS), tillOnly: is(TILL_ONLY), atKiosk };
}

function readLabel({ pattern, value, decimals }, code, currencyDigits) {
    if (pattern.length !== code.length || !checks(code)) return null;
    let digits = "", zeroed = "", kept = "";
    for (let at = 0; at < pattern.length - 1; at++) {
        const wanted = pattern[at], carried = "VPX".includes(wanted);
        if (/[0-9]/.test(wanted) && wanted !== code[at]) return null;
        if (wanted === "V") digits += code[at];
        zeroed += carried ? "0" : code[at];
        if (!carried) kept += code[at];
    }
    // Longer than any GTIN: its item, made up to 13 digits.
    const body = pattern.length <= 14 ? zeroed : kept.padEnd(12, "0");
    const amount = (after) => Math.round(Number(digits) * 10 ** (after - decimals));
    return {
        base: (body + checkDigit(body)).replace(/^0+/, ""),
        price: value === "price" ? amount(currencyDigits) : null,
        grams: value === "weight" ? amount(3) : null,
    };
}

function checkDigit(body) {
    let sum = 0;
    for (let no = 0; no < body.length; no++) sum += body[body.length - 1 - no] * (no % 2 === 0 ? 3 : 1);
    return (10 - (sum % 10)) % 10;
}

function checks(code) {
    return Number(code[code.length - 1]) === checkDigit(code.slice(0, -1));
}
