// Paying on the phone: head office asks the provider, the shopper pays in her app, and this asks until it is known.

import { hmac } from "./sha256.js";

const ASK_EVERY_MS = 2000;

/// Proof that it is this session that asks.
export function tagOf(session, about) {
    const key = Uint8Array.from(session.secret.match(/../g), (pair) => parseInt(pair, 16));
    const tag = hmac(key, new TextEncoder().encode(about));
    return [...tag.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/// Posts JSON and reads JSON; throws the status when it is not answered.
export async function post(path, body) {
    const response = await fetch(path, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
}

/// Opens a payment for a signed basket. The same basket opens one payment, however often this is called.
export function begin(store, basket, family) {
    return post("/v1/phone/pay", { store, basket, family });
}

/// Gives a payment up: it is closed, or taken back.
export function giveUp(session, order) {
    return post("/v1/phone/pay/cancel", { order, tag: tagOf(session, `guitai aisle ask\n${order}`) });
}

/// Asks until a payment is over; tells every answer. Returns what stops it.
export function follow(session, order, tell) {
    let going = true;
    (async () => {
        while (going) {
            try {
                const stands = await post("/v1/phone/pay/ask", { order, tag: tagOf(session, `guitai aisle ask\n${order}`) });
                if (!going) return;
                tell(stands);
                if (["paid", "declined"].includes(stands.state)) return;
            } catch {
                // No network: nothing is known, and it is asked again.
                if (going) tell({ state: "away", order });
            }
            await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
        }
    })();
    return () => { going = false; };
}
